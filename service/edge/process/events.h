/*
 * What just happened, for those who watch: the last EVENTS_KEPT events of
 * all sites, in the order they were told, gone when the process ends. Any
 * thread tells and reads; nobody waits for a slow reader.
 */
#ifndef EDGE_EVENTS_H
#define EDGE_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "../../core/span.h"

enum { EVENTS_KEPT = 1024, EVENT_BYTES_MAX = 1024 };
enum { EVENTS_A_MS = 1000 /* more than happen in a millisecond */ };

struct events;

struct event {
	uint64_t number;
	int64_t site;
	const char *kind;           /* "queue": of static storage */
	size_t n;                   /* bytes of data */
	char data[EVENT_BYTES_MAX]; /* JSON */
};

/* Who is woken by every event, embedded in its owner. */
struct events_listener {
	void (*told)(struct events_listener *l); /* on the teller's thread */
	struct events_listener *next;
};

/* Their numbers go on from `first`, which no earlier process may have reached:
 * what its watchers saw is known by that. NULL: no memory. */
struct events *events_open(uint64_t first);
void events_close(struct events *e);

/* Before the first is told; for ever. */
void events_listen(struct events *e, struct events_listener *l);

/* Tells what happened on a site; more than EVENT_BYTES_MAX is not told. */
void events_tell(
    struct events *e, int64_t site, const char *kind, struct span json);

/* The number of the newest, or where they go on from. */
uint64_t events_newest(struct events *e);

enum events_next { EVENTS_NONE, EVENTS_ONE, EVENTS_MISSED };

/*
 * Reads into `out` the first event after `number`: EVENTS_ONE; EVENTS_NONE:
 * there is none yet; EVENTS_MISSED: it is not kept any more, or `number` is of
 * another process, and out->number, no more, is that before all that are kept.
 */
enum events_next events_after(
    struct events *e, uint64_t number, struct event *out);

#endif
