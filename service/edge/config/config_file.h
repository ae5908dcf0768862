/*
 * The lines `key = value` of a file of settings. Knows no setting. Read here
 * and not by libinih, which takes `value # why` for a value, goes on with a
 * value where the next line is indented, cuts lines of 200 bytes and counts
 * the rest as a line, and finds nothing in a folder: whoever lost the line of
 * `var` so, started with an empty store. What is not surely meant is refused.
 */
#ifndef EDGE_CONFIG_FILE_H
#define EDGE_CONFIG_FILE_H

#include <stddef.h>

#include "../process/err.h"

struct config_line {
	size_t number;     /* from 1 */
	const char *key;   /* both without blanks around, NUL-terminated, */
	const char *value; /* until the next line; it may be empty */
};

/* What is done with each: 0, or -1 to stop. */
struct config_taker {
	int (*take)(void *arg, const struct config_line *l, struct err *e);
	void *arg;
};

/*
 * Reads `path`. Empty lines, and those that begin with # or ;, are none; nor
 * is what follows these behind a blank. `key: value` is one, too. 0, or -1:
 * the text says which line, also in front of what `take` says.
 */
int config_file_read(
    const char *path, const struct config_taker *t, struct err *e);

#endif
