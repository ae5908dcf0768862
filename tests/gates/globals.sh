# Nothing of the core may change between two calls. objdump tells tables
# that are only relocated (.data.rel.ro) from data that can be written to.
set -eu
test -s build/libcore.a || { echo "build/libcore.a is not built"; exit 1; }

objdump -t build/libcore.a | awk -F '\t' '
	/:  *file format/ { split($0, file, ":") }
	NF == 2 {
		section = $1
		sub(/.* /, "", section)
		name = $2
		sub(/^[^ ]* */, "", name)
		if (section ~ /^(\.t?data|\.t?bss|\*COM\*)/ &&
		    section !~ /^\.data\.rel\.ro/ && name !~ /^\./) {
			print file[1] ": " name " is in " section
			bad = 1
		}
	}
	END { exit bad }'
