# The budgets: lines of a function (60), a file (500), a header (150), and of
# text (80 columns); parameters (5), nesting (3). Callbacks have as many
# parameters as length.callbacks says that their library wants.
set -eu

sources=$(find service training tests -name '*.[ch]')

# mawk counts bytes, so columns are sed's; a tab is 8
columns() {
	for file in $sources; do
		expand "$file" | LC_ALL=C.UTF-8 sed -n '/^.\{81\}/=' |
		    sed "s|.*|$file:&: over 80 columns|"
	done
}

files() {
	wc -l $sources | awk '
		$2 == "total" { next }
		$1 > ($2 ~ /\.h$/ && $2 !~ /^tests/ ? 150 : 500) { print $2 ": " $1 " lines" }'
}

# Control within control: the function itself is indented by one tab.
nesting() {
	grep -nE "^$(printf '\t\t\t\t')	*(if|for|while|do|switch)\>" \
	    $sources | sed 's/^\([^:]*:[0-9]*\):.*/\1: nested over 3 deep/'
}

functions() {
	ctags -x --languages=C --kinds-C=f --fields=+Se \
	    --_xformat='%F %n %{end} %N %S' $sources | awk '
	FNR == NR {
		if (/^[^#]/)
			callback[$1]
		next
	}
	{
		lines = $3 - $2 + 1
		where = $1 ":" $2 ": " $4
		parameters = substr($0, index($0, $4) + length($4) + 1)
		sub(/^\(/, "", parameters); sub(/\)$/, "", parameters)
		while (gsub(/\([^()]*\)/, "", parameters))
			;
		n = gsub(/,/, "", parameters) + 1
		if (lines > 60)
			print where " has " lines " lines"
		if (n > 5 && !($4 in callback))
			print where " has " n " parameters"
	}' tests/gates/length.callbacks -
}

command -v ctags >/dev/null
bad=$(columns; files; nesting; functions)
[ -z "$bad" ] || { printf '%s\n' "$bad"; exit 1; }
