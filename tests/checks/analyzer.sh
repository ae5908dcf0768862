# gcc -fanalyzer. Off: null-dereference, since gcc 12 does not see that what
# has no elements is not looked at; clang-tidy, which does, looks for the same.
set -eu
flags="$(make -s flags) -Werror -fanalyzer -Wno-analyzer-null-dereference"
find service training -name '*.c' ! -name '*_gen.c' -print0 | xargs -0 -I {} \
    gcc $flags -MF /dev/null -c -o /dev/null {}
