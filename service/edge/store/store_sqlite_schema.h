/*
 * The tables of the SQLite store, as the steps that lead to them. A step is
 * never changed once released; a change is one step more.
 */
#ifndef EDGE_STORE_SQLITE_SCHEMA_H
#define EDGE_STORE_SQLITE_SCHEMA_H

enum { SCHEMA_VERSION = 29, SCHEMA_APPLICATION = 0x4d6f6452 }; /* "ModR" */

/* Step i leads from version i to version i + 1. */
extern const char *const schema_steps[SCHEMA_VERSION];

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
