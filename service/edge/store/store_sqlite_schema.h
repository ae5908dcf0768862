/*
 * The tables of the SQLite store, as the steps that lead to them. A step is
 * never changed once released; a change is one step more.
 */
#ifndef EDGE_STORE_SQLITE_SCHEMA_H
#define EDGE_STORE_SQLITE_SCHEMA_H

#include "store_sqlite_link.h"

enum { SCHEMA_VERSION = 36, SCHEMA_APPLICATION = 0x4d6f6452 }; /* "ModR" */

/* Step i leads from version i to version i + 1. */
extern const char *const schema_steps[SCHEMA_VERSION];

/* Refuses what is no store, and one of a newer program. 0, or -1: ERR_INPUT,
 * ERR_DOWN. */
int sqlite_check_kind(struct sqlite_link *l, struct err *e);

/* The mark of the secret; 0: none is noted. */
extern const char sqlite_select_mark[];

/* Steps with files of their own. */
extern const char schema_queue[];
extern const char schema_reports[];
extern const char schema_campaign_parts[];
extern const char schema_forced[];
extern const char schema_models[];
extern const char schema_drift[];
extern const char schema_keyed[];
extern const char schema_retention[];
extern const char schema_joining[];

#endif
