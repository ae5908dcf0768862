# Nothing to warn about, from gcc with optimisation and from clang.
set -eu
for compiler in gcc clang; do
	flags="$(make -s CC=$compiler flags) -Werror"
	find service training tests -name '*.c' -print0 | xargs -0 -I {} \
	    $compiler $flags -MF /dev/null -c -o /dev/null {}
done
