# clang-tidy, as .clang-tidy says.
set -eu
flags=$(make -s CC=clang MODE=asan flags)
find service training -name '*.c' ! -name '*_gen.c' -print0 |
    xargs -0 -P 2 -n 6 sh -c '
	flags=$1
	shift
	clang-tidy --quiet "$@" -- $flags' sh "$flags" 2>/dev/null
