# cppcheck. A false alarm is silenced where it is, by a comment with reason.
# It looks at a copy, since version 2.10 does not know __VA_OPT__.
set -eu
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -R service training "$copy"
cd "$copy"
find . -name '*.cc' -delete # C++, the door to RE2
find . -name '*.h' -exec sed -i 's/__VA_OPT__(, )/,/' {} +
cppcheck --quiet --std=c11 --language=c --error-exitcode=1 --inline-suppr \
    --enable=warning,performance,portability -j 2 \
    -D_GNU_SOURCE -DXXH_INLINE_ALL service training
