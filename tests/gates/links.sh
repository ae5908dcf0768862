# What documents link to is there, and so is the heading.
set -eu
# As pages of repositories name a heading: "A site's own" is a-sites-own.
anchors() {
	sed -n 's/^##* //p' "$1" | tr 'A-Z ' 'a-z-' | tr -cd 'a-z0-9_\n-'
}
! find . -name '*.md' ! -path './build*' | while read -r page; do
	grep -o '](\([^)]*\))' "$page" | sed 's/^](//; s/)$//' |
	    grep -v '^[a-z]*:' | sort -u | while read -r link; do
		file=${link%%#*} heading=${link#"${link%%#*}"}
		to=${file:+${page%/*}/$file} to=${to:-$page}
		[ -e "$to" ] || echo "$page: no $link"
		[ -z "$heading" ] || anchors "$to" |
		    grep -qxF "${heading#\#}" || echo "$page: no $link"
	done
done | grep .
