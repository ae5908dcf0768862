# What documents link to is there.
set -eu
! find . -name '*.md' ! -path './build*' | while read -r page; do
	grep -o '](\([^)]*\))' "$page" | sed 's/^](//; s/[)#].*//' |
	    grep -v '^[a-z]*:' | sort -u | while read -r link; do
		[ -e "${page%/*}/$link" ] || echo "$page: no $link"
	done
done | grep .
