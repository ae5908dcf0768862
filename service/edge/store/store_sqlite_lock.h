/*
 * Whose a database is: one process at a time, which holds a lock beside it
 * for as long as it writes. Knows nothing of what is in it.
 */
#ifndef EDGE_STORE_SQLITE_LOCK_H
#define EDGE_STORE_SQLITE_LOCK_H

#include "../process/err.h"

/*
 * Makes this process the only one that may write the database at `path`: a
 * descriptor, until whose closing it is; or -1: ERR_BUSY, another process is;
 * ERR_INPUT, it is on a file system where locks cannot be relied on; ERR_DOWN.
 */
int sqlite_lock(const char *path, struct err *e);

/* Refuses a file, or folder, that is on another machine: locks and shared
 * memory do not work reliably over a network. 0, or -1: ERR_INPUT, ERR_DOWN. */
int sqlite_check_filesystem(int fd, const char *path, struct err *e);

#endif
