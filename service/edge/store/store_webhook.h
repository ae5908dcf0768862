/*
 * The store's webhooks, and what they are told of. That they are is written
 * in the transaction of what happened, see store_delivery.h.
 */
#ifndef EDGE_STORE_WEBHOOK_H
#define EDGE_STORE_WEBHOOK_H

#include "store.h"

enum notice_type {
	NOTICE_HELD,
	NOTICE_DECIDED,
	NOTICE_UNDONE,
	NOTICE_PING, /* to one webhook, when somebody asks for it */
	NOTICE_TYPES
};

/* Its name in the API and the store, and back: -1, there is none. */
const char *notice_name(enum notice_type t);
int notice_named(struct span name);

struct webhook {
	struct span by;              /* who asks, when it is set */
	char id[STORE_ID_BYTES + 1]; /* a ULID */
	int64_t site, created_at_ms;
	struct span url;
	struct span secret;     /* sealed, secrets_seal.h */
	struct span old_secret; /* the one before, likewise; or empty */
	int64_t old_until_ms;   /* how long that one signs, too */
	unsigned types;         /* bits, 1 << enum notice_type */
	bool active;
	struct span why;         /* not active: "gone"; or as somebody wished */
	uint32_t failures;       /* in a row; the store's */
	int64_t paused_until_ms; /* the store's; 0: not */
	int64_t revision;        /* how often it was set; 0: it is new */
};

enum { WEBHOOKS_MAX = 20 /* of a site */ };

/*
 * Adds it, or sets all of the one with its site and id. Waits. 0, or -1:
 * ERR_TAKEN it is not of that revision any more, …
 */
int store_set_webhook(struct store *s, const struct webhook *w, struct err *e);

/* Drops it and its deliveries; waits. 0, or -1: ERR_MISSING, … */
int store_drop_webhook(struct store *s, struct store_ref ref, struct err *e);

struct webhook_visit {
	void (*each)(void *arg, const struct webhook *w); /* w is borrowed */
	void *arg;
};

/* Visits those of a site, or the one of `ref`, the oldest first. 0 or -1. */
int store_each_webhook(struct store_reader *r, struct store_ref ref,
    const struct webhook_visit *visit, struct err *e);

#endif
