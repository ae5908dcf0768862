/*
 * Which libmicrohttpd and which libcurl run. The gate looks at where in its
 * buffer the former left the pieces of a request (http_gate.h), which holds for
 * the version it was tried with; with others it does without.
 */
#ifndef EDGE_HTTP_LIBRARY_H
#define EDGE_HTTP_LIBRARY_H

#include <stdbool.h>

/* Of the library that runs, and of the one that the gate knows; static. */
const char *http_library_version(void);
const char *http_library_known(void);

/* Whether the two are one: pieces lie where they were received. */
bool http_library_cuts_in_place(void);

/* libcurl's, and those of what it is made of; static. */
const char *http_library_of_client(void);

#endif
