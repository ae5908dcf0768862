/*
 * The input as a file, for parsers that want a path: one that is written anew
 * for each input, and gone when all is over.
 */
#ifndef FUZZ_INPUT_FILE_H
#define FUZZ_INPUT_FILE_H

#include <unistd.h>

#include "input.h"

static char input_file_path[] = "/dev/shm/moderato-fuzz-XXXXXX";

static inline void
input_file_remove(void)
{
	unlink(input_file_path);
}

/* The path of a file that holds `bytes` until the next call. */
static inline const char *
input_file(struct span bytes)
{
	static int fd = -1;

	if (fd < 0) {
		fd = mkstemp(input_file_path);
		require(fd >= 0 && atexit(input_file_remove) == 0);
	}
	require(pwrite(fd, bytes.p, bytes.n, 0) == (ssize_t)bytes.n);
	require(ftruncate(fd, (off_t)bytes.n) == 0);
	return input_file_path;
}

#endif
