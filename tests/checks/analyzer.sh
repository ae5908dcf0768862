# gcc -fanalyzer. What is off, because gcc 12 is wrong about it, has its
# reason here.
set -eu
flags="$(make -s flags) -Werror -fanalyzer"
find service training -name '*.c' ! -name '*_gen.c' -print0 | xargs -0 -I {} \
    gcc $flags -MF /dev/null -c -o /dev/null {}
