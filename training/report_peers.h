/*
 * What `make compare` measured, in a report. Private to report*.c.
 */
#ifndef TRAINING_REPORT_PEERS_H
#define TRAINING_REPORT_PEERS_H

#include <jansson.h>
#include <stdio.h>

#include "../service/edge/process/err.h"

/* Reads compare.json; NULL and `e` when it is none. json_decref it. */
json_t *report_peers_read(const char *path, struct err *e);

/* A table a set, best first, and who wins where. */
void report_peers(FILE *f, const json_t *peers);

#endif
