/*
 * A listener on a Unix socket of the file system, for the owner only: who may
 * open the file may ask.
 */
#ifndef EDGE_HTTP_LOCAL_H
#define EDGE_HTTP_LOCAL_H

#include <stdbool.h>
#include <sys/types.h>

#include "../process/err.h"

/* The path that an address names as "unix:PATH"; NULL: another kind. */
const char *http_local_path(const char *address);

/*
 * Listens on `path`, in place of a socket that nobody listens on any more.
 * The descriptor, or -1.
 */
int http_local_listen(const char *path, int backlog, struct err *e);

enum { HTTP_LOCAL_BYTES = 108 }; /* of a path in an address, with its NUL */

/*
 * Another way to `path`, short enough for an address, valid in this process
 * until it ends. 0, or -1: there is none.
 */
int http_local_reach(const char *path, char out[HTTP_LOCAL_BYTES]);

/* Whether somebody listens on `path`; if not, errno says why. */
bool http_local_answers(const char *path);

/* The process that does; 0: there is no telling; -1: nobody, and errno. */
pid_t http_local_listener(const char *path);

/* Takes it away again, so that clients see that nobody is there. */
void http_local_forget(const char *path);

#endif
