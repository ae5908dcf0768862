/*
 * Whole files or none: what is written here survives a crash of the machine
 * once the call has returned, and is never seen half-written. Messages name
 * the path and the fault.
 */
#ifndef EDGE_FILE_H
#define EDGE_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../../core/span.h"
#include "err.h"

/* What errno says of doing `what` with `path`, in `e`: -1. */
int file_fault(struct err *e, const char *path, const char *what);

/* How many bytes are there; 0: none, or no file. */
int64_t file_bytes(const char *path);

/* What is to be written, and where. */
struct file {
	const char *folder; /* made with its parents when not there */
	const char *name;   /* in the folder */
	mode_t mode;        /* of the file; a folder gets x where it has r */
	struct span bytes;
};

/*
 * 0, or -1 with ERR_INPUT: what is at `path` is no regular file, but a device,
 * a pipe, a folder or a symbolic link, and a file must not take its place.
 */
int file_may_replace(const char *path, struct err *e);

/* Writes `f` in place of the file that is there, if any. 0 or -1. */
int file_replace(const struct file *f, struct err *e);

/* Writes `f` where nothing is; else leaves it and -1 with ERR_CONFLICT. */
int file_create(const struct file *f, struct err *e);

/* Makes `folder`, with its parents, where there is none, and checks that
 * files can be made there. 0 or -1. */
int file_folder(const char *folder, mode_t mode, struct err *e);

/*
 * Opens `path` for reading: a regular file, no symbolic link in its last
 * part, and one that not anybody may write to. The descriptor and its size in
 * bytes, or -1 with ERR_MISSING or ERR_DOWN.
 */
int file_open(const char *path, size_t *bytes, struct err *e);

/* Reads exactly `n` bytes. 0, or -1 with ERR_DOWN; `path` is for messages. */
int file_read(int fd, const char *path, void *out, size_t n, struct err *e);

#endif
