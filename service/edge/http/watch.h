/*
 * Those who watch what happens, on one loop: each an answer without an end
 * of server-sent events (HTML Living Standard §9.2), whose ids are the
 * numbers of events.h, so that a client that comes again misses nothing.
 */
#ifndef EDGE_WATCH_H
#define EDGE_WATCH_H

#include "../process/events.h"
#include "../process/loop.h"
#include "http.h"

struct watch;

/* What one watcher may see; all but `show` may be NULL. */
struct watch_order {
	/* Whether it may watch at all; asked before anything is told, and now
	 * and then. Else the answer ends. */
	bool (*holds)(struct watch_order *o);
	/* Whether it may see `e`, which is its own and may be changed. */
	bool (*show)(const struct watch_order *o, struct event *e);
	/* What to tell it first, by kind and data; false: nothing. */
	bool (*greet)(const struct watch_order *o, struct event *e);
	/* the watcher is gone; may free the order */
	void (*gone)(struct watch_order *o);
};

/* Watchers on `loop`, told by `e`; NULL: no memory. Before `e` tells. */
struct watch *watch_open(struct events *e, struct loop *loop);

/* None may be left, and nothing may be told any more; harmless on NULL. */
void watch_close(struct watch *w);

/*
 * Answers `r` with what happens from now on, or since the event that its
 * header Last-Event-ID names. `o` lives until it is `gone`. 0, or -1: no
 * memory, nothing was answered.
 */
int watch_answer(
    struct watch *w, struct http_request *r, struct watch_order *o);

/*
 * Looks whose client left, which else is noticed at the next pulse: these are
 * `gone` at once. How many; on the loop's thread.
 */
unsigned watch_look(struct watch *w);

#endif
