/*
 * Files that the trainer writes: whole or not at all. Owns nothing.
 */
#ifndef TRAINING_OUTPUT_H
#define TRAINING_OUTPUT_H

#include <stdbool.h>

#include "../service/core/span.h"
#include "../service/edge/process/err.h"

/* Whom a file is for, as its mode. What quotes comments is as private as what
 * was exported; a model may be read by a service of another user. */
enum output_readers { OUTPUT_FOR_ALL = 0644, OUTPUT_FOR_OWNER = 0600 };

/* Writes `bytes` to `path`, making its folder when not there. 0 or -1. */
int output_write(const char *path, struct span bytes,
    enum output_readers readers, struct err *e);

/*
 * A file that is written bit by bit, for its owner only. It has no name before
 * it is whole, so that nothing stays of it however the program ends, and
 * nobody else writes to it; where a file system cannot do that it has one
 * that is nobody else's. Zeroed: there is none.
 */
struct output_draft {
	const char *path; /* that it is to have; NULL: none, only to read */
	char *name;       /* that it has until then; NULL: none */
	char at[32];      /* by which it is opened, as often as needed */
	int fd;
	bool open;
};

/* 0, or -1: what is at `path` is no file, or none can be made there. */
int output_draft_open(struct output_draft *d, const char *path, struct err *e);

/* Puts it in place of the file that is there, if any. 0 or -1. */
int output_draft_keep(struct output_draft *d, struct err *e);

/* Of root, it is whose the folder is that it is to be in, before it is kept:
 * what a service reads must not be beyond its reach. 0 or -1. */
int output_draft_hand_over(struct output_draft *d, struct err *e);

/* It is no more, unless it was kept. */
void output_draft_close(struct output_draft *d);

/*
 * Makes the folder that a long step is to write to, before it begins, and
 * takes it away again, with its files, when it was made and the step `failed`;
 * not if there is anything else in it. 0 or -1, also when what must not be
 * replaced is there: ERR_TAKEN.
 */
struct output_folder {
	const char *path;
	const char *const *files; /* that the step writes there; NULL ends */
	const char *stays;        /* that of them; NULL: all are replaced */
	bool made;
};

int output_folder_open(struct output_folder *o, struct err *e);
void output_folder_close(struct output_folder *o, bool failed);

/* `folder`/`name`, and with a suffix such as ".json", NUL-terminated; free it.
 */
char *output_path(const char *folder, const char *name);
char *output_path_as(const char *folder, const char *name, const char *suffix);

#endif
