/*
 * Answers of JSON, as handlers give them when all went well.
 */
#ifndef EDGE_REPLY_H
#define EDGE_REPLY_H

#include <jansson.h>

#include "service.h"

/* Answers with `body`; p NULL, as it did not fit: with a problem, 500. */
void reply(const struct call *call, unsigned status, struct span body);

/* The same with a tree, which it gives back; NULL: there was no memory. */
void reply_json(const struct call *call, unsigned status, json_t *body);

#endif
