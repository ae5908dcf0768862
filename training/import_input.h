/*
 * A source being read, plain or gzipped, by line or by block; a byte order
 * mark is dropped. Owns the file and bounds what a line may be; knows nothing
 * of formats.
 */
#ifndef TRAINING_IMPORT_INPUT_H
#define TRAINING_IMPORT_INPUT_H

#include <stddef.h>

#include "../service/core/span.h"
#include "../service/edge/process/err.h"

/* No record of a comment is as large. */
enum { IMPORT_RECORD_BYTES_MAX = 16 << 20 };

struct import_input;

/* "-" is standard input. NULL and `e` when it cannot be opened or read. */
struct import_input *import_input_open(const char *path, struct err *e);
void import_input_close(struct import_input *in);

/* What errors call it. */
const char *import_input_name(const struct import_input *in);

/* Its path, for libraries that open it themselves; NULL for a pipe. */
const char *import_input_path(const struct import_input *in);

/* How the file begins; before anything is read, and until then. */
struct span import_input_head(const struct import_input *in);

/*
 * The next line with its end, if there is one, until the next call: 1; 0 at
 * the end of the file; -1 and `e`, which names file and line.
 */
int import_input_line(
    struct import_input *in, struct span *line, struct err *e);

/* The number of the last line, from 1. */
size_t import_input_at(const struct import_input *in);

/* Up to `n` bytes to `out`: how many, 0 at the end, -1 and `e`. */
int import_input_read(
    struct import_input *in, char *out, size_t n, struct err *e);

#endif
