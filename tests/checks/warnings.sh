# Nothing to warn about, from gcc with optimisation and from clang. What is
# loaded before the C library has its names itself, those for large files too.
set -eu
for compiler in gcc clang; do
	flags="$(make -s CC=$compiler flags) -Werror"
	find service training tests -name '*.c' ! -name '*_preload.c' -print0 |
	    xargs -0 -I {} $compiler $flags -MF /dev/null -c -o /dev/null {}
	find tests -name '*_preload.c' -print0 | xargs -0 -I {} \
	    $compiler $flags -U_FILE_OFFSET_BITS -MF /dev/null -c -o /dev/null {}
done
