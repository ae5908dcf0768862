#include "live.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../http/problem.h"
#include "../request/access.h"
#include "presence.h"

enum { PERSON_MS = 1000 }; /* between looks whether he is signed in */

static const char presence_kind[] = "presence";

/* One who watches. */
struct order {
	struct watch_order watch; /* first */
	struct worker *worker;
	struct caller caller;
	int64_t held_ms; /* monotonic: when he was known to be signed in */
	struct grant grants[];
};

/* That somebody came or left, of no site: each is told who is left to him. */
static void
tell_presence(struct service *s)
{
	char revision[24];

	snprintf(revision, sizeof(revision), "%" PRIu64,
	    presence_revision(s->presence));
	events_tell(s->events, 0, presence_kind, span_of(revision));
}

/* A key is looked up in memory, a session in the store. */
static bool
holds(struct watch_order *w)
{
	struct order *o = (struct order *)w;
	int64_t now_ms = clock_monotonic_ms();

	if (o->caller.is_person && now_ms < o->held_ms + PERSON_MS)
		return true;
	o->held_ms = now_ms;
	return access_holds(o->worker, &o->caller);
}

static bool
greet(const struct watch_order *w, struct event *e)
{
	const struct order *o = (const struct order *)w;

	e->kind = presence_kind;
	e->n = presence_write(
	    o->worker->service->presence, &o->caller, e->data, sizeof(e->data));
	return e->n > 0;
}

/* Only the newest of many comings and goings says how it is. */
static bool
show_presence(const struct order *o, struct event *e)
{
	char now[24];

	snprintf(now, sizeof(now), "%" PRIu64,
	    presence_revision(o->worker->service->presence));
	return span_equal((struct span){e->data, e->n}, span_of(now)) &&
	       greet(&o->watch, e);
}

static bool
show(const struct watch_order *w, struct event *e)
{
	const struct order *o = (const struct order *)w;

	if (e->kind == presence_kind)
		return show_presence(o, e);
	return access_sees(&o->caller, e->site);
}

static void
gone(struct watch_order *w)
{
	struct order *o = (struct order *)w;
	struct service *s = o->worker->service;

	if (presence_leave(s->presence, &o->caller))
		tell_presence(s);
	free(o);
}

/* Pages that were closed a moment ago must not keep a new one out. */
static int
enter(const struct call *call, const struct order *o, struct err *e)
{
	struct presence *p = call->worker->service->presence;
	int came = presence_enter(p, &o->caller, e);

	if (came < 0 && watch_look(call->worker->watch) > 0)
		came = presence_enter(p, &o->caller, e);
	return came;
}

/* Whoever has no room for a stream tries again when a page would ask. */
static void
refuse(const struct call *call, const struct err *e)
{
	http_add_header(call->request, "Retry-After", "15");
	problem_answer(call->request, e, NULL);
}

void
live_events(const struct call *call)
{
	struct service *s = call->worker->service;
	size_t grants = call->caller.n_grants * sizeof(struct grant);
	struct order *o = calloc(1, sizeof(*o) + grants);
	struct err e;
	int came;

	err_set(&e, ERR_DOWN, "no memory for one who watches");
	if (o == NULL) {
		refuse(call, &e);
		return;
	}
	o->watch = (struct watch_order){holds, show, greet, gone};
	o->worker = call->worker;
	o->caller = caller_own(&call->caller, o->grants);
	came = enter(call, o, &e);
	if (came < 0) {
		free(o);
		refuse(call, &e);
		return;
	}
	if (watch_answer(call->worker->watch, call->request, &o->watch) != 0) {
		gone(&o->watch);
		refuse(call, &e);
	} else if (came > 0) {
		tell_presence(s);
	}
}
