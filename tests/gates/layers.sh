# Who may include what. Of ours: main -> edge -> core -> nothing, training ->
# core, and no ring of modules, where state_redis counts as part of state, but
# what makes tables at build time (unicode_gen) as a program of its own.
# Of others: one door each, by the table in layers.doors.
set -eu
doors=tests/gates/layers.doors

# Every #include as `file header`, ours resolved to a path from the root.
includes() {
	find service training tests \( -name '*.[ch]' -o -name '*.cc' \) -exec \
	    grep -H '^#[[:space:]]*include' {} + | awk '
	{
		file = header = $0
		sub(/:.*/, "", file)
		sub(/^[^<"]*/, "", header)
		sub(/[^>"]*$/, "", header)
		if (header ~ /^"/) {
			folder = file
			sub(/[^\/]*$/, "", folder)
			header = folder substr(header, 2, length(header) - 2)
			while (sub(/[^\/]+\/\.\.\//, "", header))
				;
		}
		print file, header
	}'
}

directions() {
	awk '
	function layer(path) {
		if (path ~ /^service\/(core|edge)\//)
			sub(/^service\//, "", path)
		sub(/\/.*/, "", path)
		return path
	}
	BEGIN {
		may["core", "core"]
		may["edge", "core"]; may["edge", "edge"]
		may["training", "core"]; may["training", "training"]
		may["service", "core"]; may["service", "edge"]
		may["service", "service"]
		# what the trainer may know of the edge
		shared["basis_json"]; shared["contrast_json"]
		shared["err"]; shared["explain"]; shared["file"]
		shared["http_client"]; shared["http_local"]; shared["json"]
		shared["json_in"]; shared["language"]; shared["mdoc"]
		shared["model_file"]; shared["promotion_json"]
		shared["rfc3339"]
	}
	$2 !~ /^</ {
		from = layer($1); to = layer($2)
		name = $2; gsub(/.*\/|\.h$/, "", name)
		if (from == "tests" || (from, to) in may ||
		    from == "training" && to == "edge" && name in shared)
			next
		print $1 ": " from " may not include " $2
		bad = 1
	}
	END { exit bad }' "$1"
}

# A room of the edge may know those before it, and what is in none knows all.
rooms() {
	awk '
	BEGIN {
		n = split("process format http state model store known " \
		    "hook config request check review dialect people admin", \
		    name)
		for (i = 1; i <= n; i++)
			rank[name[i]] = i
	}
	function room(path) {
		if (sub(/^service\/edge\//, "", path) && sub(/\/.*/, "", path))
			return path
		return ""
	}
	$1 ~ /^service\/edge\// && $2 ~ /^service\/edge\// {
		from = room($1); to = room($2)
		if (from == "" || from == to)
			next
		if (from in rank && to in rank && rank[to] < rank[from])
			next
		print $1 ": " from " may not know " $2
		bad = 1
	}
	END { exit bad }' "$1"
}

# A header without a row is refused: new libraries get a door on purpose.
doors() {
	awk '
	function glob(pattern) {
		gsub(/[.]/, "[.]", pattern)
		gsub(/\*/, ".*", pattern)
		return "^" pattern "$"
	}
	FNR == NR {
		for (i = 2; i <= NF && !/^#/; i++) {
			file[++n] = glob($1)
			header[n] = glob($i)
		}
		next
	}
	$2 ~ /^</ {
		name = substr($2, 2, length($2) - 2)
		for (i = 1; i <= n; i++)
			if (name ~ header[i] && $1 ~ file[i])
				next
		print $1 ": no door for " $2 " here"
		bad = 1
	}
	END { exit bad }' "$doors" "$1"
}

# tsort names the members of a ring.
rings() {
	awk '
	function stem(path) {
		sub(/\.[ch]$/, "", path)
		return path
	}
	function module(path, whole) {
		path = whole = stem(path)
		while (whole !~ /_gen$/ && sub(/_[^_\/]*$/, "", path))
			if (path in stems)
				whole = path
		return whole
	}
	$2 !~ /^</ && $1 !~ /^tests/ {
		from[++n] = $1; to[n] = $2
		stems[stem($1)]; stems[stem($2)]
	}
	END {
		for (i = 1; i <= n; i++)
			if (module(from[i]) != module(to[i]))
				print module(from[i]), module(to[i])
	}' "$1" | sort -u | tsort 2>&1 >/dev/null |
	    sed 's/^tsort: //; s/^-: input .*/a ring of modules:/' |
	    grep . && return 1
	return 0
}

list=$(mktemp)
trap 'rm -f "$list"' EXIT
includes >"$list"
bad=0
directions "$list" || bad=1
rooms "$list" || bad=1
doors "$list" || bad=1
rings "$list" || bad=1
exit $bad
