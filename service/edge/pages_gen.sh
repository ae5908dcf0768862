# service/edge/pages_gen.sh FOLDER FILE...: puts each file into FOLDER, without
# the comments that have lines of their own, and compressed, too; prints the C
# of a table of all of them (pages_table.h). The assembler reads the bytes; an
# entity tag is of what is sent.
set -eu
folder=$1
shift

printf '#include "pages_table.h"\n\n'
n=0
rows=
for file; do
	name=${file##*/}
	sed -e '/^[[:blank:]]*\/\*.*\*\/$/d' \
	    -e '/^[[:blank:]]*\/\*/,/\*\/$/d' "$file" >"$folder/$name"
	file=$folder/$name
	gzip -9nc "$file" >"$file.gz"
	printf '__asm__(".pushsection .rodata\\n"\n'
	printf '\t"page_%d: .incbin \\"%s\\"\\n"\n' $n "$file"
	printf '\t"page_%d_gzip: .incbin \\"%s\\"\\n"\n' $n "$file.gz"
	printf '\t".popsection\\n");\n'
	printf 'extern const char page_%d[], page_%d_gzip[];\n' $n $n
	rows="$rows$(printf '\t{"%s", "%.16s", {page_%d, %d}, {page_%d_gzip, %d}},' \
	    "$name" "$(sha256sum "$file")" $n "$(wc -c <"$file")" \
	    $n "$(wc -c <"$file.gz")")
"
	n=$((n + 1))
done
printf '\nconst struct page pages_table[] = {\n%s};\n' "$rows"
printf 'const size_t pages_table_n = %d;\n' $n
