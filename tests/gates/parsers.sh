# Each line of tests/fuzz/parsers names a file and fuzz targets that are there.
set -eu
missing=$(sed '/^#/d; /^$/d' tests/fuzz/parsers | while read -r file rest; do
	[ -e "$file" ] || echo "$file"
	for name in $rest; do
		case $name in
		[=-]*) ;; # functions
		*) [ -e "tests/fuzz/${name}_fuzz.c" ] ||
			echo "tests/fuzz/${name}_fuzz.c" ;;
		esac
	done
done)
[ -z "$missing" ] || {
	echo "$missing" | sed 's/$/: in tests\/fuzz\/parsers, but not there/'
	exit 1
}
