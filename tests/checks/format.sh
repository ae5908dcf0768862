# Formatted as .clang-format says.
find service training tests -name '*.[ch]' \
    -exec clang-format --dry-run -Werror {} +
