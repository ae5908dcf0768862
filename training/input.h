/*
 * A file being read, plain or gzipped, by line or by block, as it comes: a
 * pipe need not end first. A byte order mark is dropped. Owns the file and
 * bounds what a line may be; knows nothing of formats.
 */
#ifndef TRAINING_INPUT_H
#define TRAINING_INPUT_H

#include <stddef.h>

#include "../service/core/span.h"
#include "../service/edge/process/err.h"

/* No line about a comment is as large. */
enum { INPUT_LINE_BYTES_MAX = 64 << 20 };

struct input;

/* "-" is standard input. NULL and `e` when it cannot be opened or read. */
struct input *input_open(const char *path, struct err *e);
void input_close(struct input *in);

/* Says on a terminal how far it is, from now on. */
void input_show_progress(struct input *in);

/* What errors call it. */
const char *input_name(const struct input *in);

/* Its path, for libraries that open it themselves; NULL for a pipe. */
const char *input_path(const struct input *in);

/* How the file begins; before anything is read, and until then. */
struct span input_head(const struct input *in);

/* What its beginning says that keeps it from being lines of JSON or a table,
 * and what can be done; NULL: nothing. */
const char *input_hint(const struct input *in);

/*
 * The next line with its end, if there is one, until the next call: 1; 0 at
 * the end of the file; -1 and `e`, which names file and line.
 */
int input_line(struct input *in, struct span *line, struct err *e);

/* The number of the last line, from 1. */
size_t input_at(const struct input *in);

/* Up to `n` bytes to `out`: how many, 0 at the end, -1 and `e`. */
int input_read(struct input *in, char *out, size_t n, struct err *e);

#endif
