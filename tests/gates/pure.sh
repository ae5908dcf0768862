# What the core needs from outside is listed, each with a reason: no files,
# network, clock, random, locale, malloc.
set -eu
test -s build/libcore.a || { echo "build/libcore.a is not built"; exit 1; }
allowed=tests/gates/pure.allowed

nm -P -g build/libcore.a | awk '
	FNR == NR { if (/^[^#]/) allowed[$1]; next }
	/:$/ { object = $1; next }
	$2 == "U" { needs[object $1] = $1; next }
	{ defined[$1] }
	END {
		for (i in needs)
			if (!(needs[i] in allowed || needs[i] in defined)) {
				print "not allowed: " i
				bad = 1
			}
		exit bad
	}' "$allowed" -
