/*
 * A folder of models/ ↔ a struct model: reads and writes model.bin, checks
 * its size, digest and contents. Nothing half-read ever gets out. The
 * trainer uses it too.
 */
#ifndef EDGE_MODEL_FILE_H
#define EDGE_MODEL_FILE_H

#include "../../core/model.h"
#include "../process/err.h"

/*
 * Loads `folder`/model.bin. NULL and `e` when it is missing, damaged, of
 * another format or of other features. Free with model_file_free.
 */
struct model *model_file_load(const char *folder, struct err *e);
void model_file_free(struct model *m);

/* The SHA-256 in the file of a model that was loaded; lives as long. */
const unsigned char *model_file_digest(const struct model *m);

/* The first of it, as a number; never 0. */
uint64_t model_file_mark(const struct model *m);

enum { MODEL_SHA256_BYTES = 2 * MODEL_DIGEST_BYTES + 1 };

/* The SHA-256 that `folder`/model.bin ends with, in hex, NUL-terminated, and
 * not checked; "": there is none. */
void model_file_sha256(const char *folder, char out[MODEL_SHA256_BYTES]);

/* Writes `m` to `folder`/model.bin: whole or not at all. 0 or -1. */
int model_file_save(const char *folder, const struct model *m, struct err *e);

#endif
