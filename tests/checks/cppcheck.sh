# cppcheck. A false alarm is silenced where it is, by a comment with reason.
set -eu
cppcheck --quiet --std=c11 --language=c --error-exitcode=1 --inline-suppr \
    --enable=warning,performance,portability \
    -D_GNU_SOURCE -DXXH_INLINE_ALL service training
