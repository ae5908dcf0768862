/*
 * The moderators' page: the files of service/ui as part of the program, or,
 * for who works on them, from the folder that --ui-dir names. Every answer
 * says what a browser may do with it: nothing but run our own files.
 */
#ifndef EDGE_PAGES_H
#define EDGE_PAGES_H

#include <stdbool.h>

#include "../core/span.h"

struct call;

/* GET / and GET /ui/{file}; call->id is the file's name. */
void pages_index(const struct call *call);
void pages_file(const struct call *call);

/* Whether the value of an Accept-Encoding takes gzip (RFC 9110 12.5.3). */
bool pages_takes_gzip(struct span accept);

#endif
