/*
 * The log by which processes tell each other what they count, as bytes. An
 * entry holds comments in the order in which they count: the number of keys
 * (1 byte), the time (8), the keys (8 each), lowest byte first. Its place in
 * the log has a name that only grows. Knows no server.
 */
#ifndef EDGE_STATE_LOG_H
#define EDGE_STATE_LOG_H

#include "state.h"

/* Milliseconds by the server's clock, and a number within them; 0-0: before
 * all entries. */
struct log_id {
	uint64_t ms, seq;
};

enum {
	LOG_ID_BYTES = 48,      /* more than an id has as text */
	LOG_ENTRY_BYTES = 4000, /* with its id in a node of a stream of Redis */
};

struct log_entry {
	char bytes[LOG_ENTRY_BYTES];
	size_t n;
};

/* Adds a comment; false: there is no room for it. */
bool log_entry_add(struct log_entry *e, const struct state_touch *t);

/* Cuts a comment off the front of an entry, time and keys alone: 1, or 0:
 * there is none left, or -1: that is no entry. */
int log_entry_next(struct span *entry, struct state_touch *t);

/* Reads "1795000000000-12"; whether it is that. */
bool log_id_read(struct log_id *id, struct span text);

/* The id as text, in `out`. */
struct span log_id_write(char out[LOG_ID_BYTES], struct log_id id);

/* Below, at or above zero: a lies before, at or behind b. */
int log_id_compare(struct log_id a, struct log_id b);

#endif
