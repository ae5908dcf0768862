/*
 * Files that the trainer writes: whole or not at all. Owns nothing.
 */
#ifndef TRAINING_OUTPUT_H
#define TRAINING_OUTPUT_H

#include <stdbool.h>

#include "../service/core/span.h"
#include "../service/edge/process/err.h"

/* Writes `bytes` to `path`, making its folder when not there. 0 or -1. */
int output_write(const char *path, struct span bytes, struct err *e);

/*
 * Makes the folder that a long step is to write to, before it begins, and
 * takes it away again, with its files, when it was made and the step `failed`;
 * not if there is anything else in it. 0 or -1.
 */
struct output_folder {
	const char *path;
	const char *const *files; /* that the step writes there; NULL ends */
	bool made;
};

int output_folder_open(struct output_folder *o, struct err *e);
void output_folder_close(struct output_folder *o, bool failed);

/* `folder`/`name`, and with a suffix such as ".json", NUL-terminated; free it.
 */
char *output_path(const char *folder, const char *name);
char *output_path_as(const char *folder, const char *name, const char *suffix);

#endif
