# Every header compiles alone.
set -eu
flags=$(make -s flags)
bad=0
for header in $(find service training tests -name '*.h'); do
	# shellcheck disable=SC2086
	gcc $flags -MF /dev/null -fsyntax-only -x c "$header" \
	    -Werror -Wno-unused-function || bad=1
done
exit $bad
