/*
 * The store's outbox: what is to be told to whom, kept until it was told and
 * a while longer. A comment that is held, a decision and an undo become one
 * delivery for each webhook of the site that asks for such, and a change
 * from spam to ham or back one for the callback of the comment's record, if
 * it has one and the engine did not say so itself. Knows facts only, not how
 * things are told.
 */
#ifndef EDGE_STORE_DELIVERY_H
#define EDGE_STORE_DELIVERY_H

#include "store_webhook.h"

enum delivery_state {
	DELIVERY_DUE,
	DELIVERY_DONE,
	DELIVERY_FAILED,
	DELIVERY_WITHDRAWN, /* undone before it was told */
	DELIVERY_STATES
};

const char *delivery_state_name(enum delivery_state s);

/* What one that is taken is made of; empty where there is no such thing. */
struct delivery_facts {
	struct span url, secret,
	    old_secret;                    /* of the webhook; that one signs */
	uint32_t failures;                 /* of the webhook, in a row */
	struct span callback;              /* of the record, sealed */
	struct span state;                 /* of the record by now; once more
					    * held: what it was before */
	struct span engine_id, thread;     /* of the record */
	struct span site;                  /* its name */
	struct span action, actor, reason; /* of the decision */
	struct span place; /* where it waited: a few bytes, in no two lines */
};

/* One thing to be told to one webhook or callback. Spans are borrowed. */
struct delivery {
	struct span id;
	int64_t site, created_at_ms, due_at_ms, ended_at_ms;
	struct span webhook; /* its id; empty: the comment's callback */
	struct span type, comment, decision;
	struct span before, after; /* states of the comment; or empty */
	uint32_t attempts;         /* how often it may have been sent */
	enum delivery_state state;
	unsigned status;             /* of the last answer; 0: none */
	struct span error;           /* why the last attempt failed */
	struct delivery_facts facts; /* only of those that are taken */
};

/* Copies into `a` what `d` borrows: 0, or -1: it is full. */
int delivery_keep(struct delivery *d, struct arena *a);

struct delivery_visit {
	struct store_ref webhook;
	struct span before; /* an id: only those older; empty: all */
	unsigned most;
	void (*each)(void *arg, const struct delivery *d);
	void *arg;
};

/* Visits the deliveries of a webhook, the newest first. 0 or -1. */
int store_each_delivery(
    struct store_reader *r, const struct delivery_visit *visit, struct err *e);

/*
 * Adds a ping to a webhook, due now; its id starts with `id`. Waits. 0 or
 * -1.
 */
struct ping {
	char id[STORE_ID_BYTES + 1]; /* a ULID */
	struct store_ref webhook;
	int64_t now_ms;
};
int store_add_ping(struct store *s, const struct ping *p, struct err *e);

/* Makes a delivery due again, from the start; waits. 0 or -1. */
int store_replay_delivery(
    struct store *s, struct store_ref ref, int64_t now_ms, struct err *e);

/*
 * All deliveries but those of the second: to webhooks whose last one failed,
 * and to callbacks that were tried before.
 */
enum delivery_lane { LANE_WORKING, LANE_FAILING, LANES };

enum { DELIVERY_PLACE_BYTES = 32 }; /* with what ends it, more than enough */

/*
 * When the next one of a lane is due, but for the `busy` places, each between
 * two newlines; INT64_MAX: none waits. 0 or -1.
 */
int store_next_due(struct store_reader *r, enum delivery_lane lane,
    struct span busy, int64_t *at_ms, struct err *e);

/* Which deliveries to take, and where they go. */
struct delivery_take {
	enum delivery_lane lane;
	struct span busy; /* as above */
	int64_t now_ms;
	int64_t lease_ms; /* due again after this if nothing is noted */
	struct arena *arena;
	struct delivery *out; /* room for `most` */
	unsigned most, n;     /* n: out */
};

/*
 * Takes those due: of webhooks that work several, of one that failed last
 * time a single one. Each counts as an attempt. Waits. 0 or -1.
 */
int store_take_deliveries(
    struct store *s, struct delivery_take *t, struct err *e);

/* What came of an attempt. */
struct delivery_note {
	struct span id, webhook;
	enum delivery_state state;
	int64_t now_ms, due_at_ms;
	unsigned status;
	struct span error;
	int64_t pause_until_ms; /* of the webhook */
	bool gone;              /* it says that it never wants any more */
};

/* Writes what came of `n` of them, all or nothing, and waits. 0 or -1. */
int store_note_deliveries(struct store *s, const struct delivery_note *notes,
    unsigned n, struct err *e);

/* What is over, however it ended. */
struct delivery_expiry {
	int64_t now_ms;
	int64_t made_ms;    /* made before then: deleted */
	int64_t waiting_ms; /* due since before then, or asked for again, at who
			     * is not active or slow: failed */
	/* who is slow: a webhook from so many failures in a row on, a
	 * callback from so many attempts on */
	uint32_t failures, attempts;
	unsigned given_up; /* out: those */
	bool more;         /* out: there may be more of either */
};

/* Gives up and deletes some. 0 or -1. */
int store_expire_deliveries(
    struct store *s, struct delivery_expiry *x, struct err *e);

#endif
