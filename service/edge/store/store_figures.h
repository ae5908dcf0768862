/*
 * The store's figures: how many comments and decisions there are, by what.
 */
#ifndef EDGE_STORE_FIGURES_H
#define EDGE_STORE_FIGURES_H

#include "store_decision.h"

/* How many: 'state' of day 0, 'action' by score, 'decided', 'override'. */
struct tally {
	int64_t site, day; /* since 1970 */
	struct span kind, name, head;
	int bin; /* of SCORE_BINS; -1: there was no score */
	int64_t n;
};
enum { SCORE_BINS = 20 };

struct tally_visit {
	const char *kind;
	int64_t site, from_day;
	void (*each)(void *arg, const struct tally *t);
	void *arg;
};

/* Visits the tallies of one kind. 0 or -1. */
int store_each_tally(
    struct store_reader *r, const struct tally_visit *visit, struct err *e);

/* What is held of a site. */
struct queue_held {
	int64_t oldest_ms; /* when that came; 0: there is none */
	bool late; /* pages by rank lack some: more than QUEUE_WINDOW have no
		    * card yet */
};

/* 0 or -1. */
int store_get_held(
    struct store_reader *r, int64_t site, struct queue_held *h, struct err *e);

/* How long the newest decisions took: of the newest QUEUE_WINDOW, those about
 * comments that are there. */
struct queue_delay {
	int64_t decided_ms, ms;
};
struct queue_delays {
	int64_t site, since_ms;
	struct queue_delay *items; /* room for `most`, the newest first */
	uint32_t most, n;
};
int store_get_delays(
    struct store_reader *r, struct queue_delays *d, struct err *e);

/* How many have a reason: of the newest QUEUE_WINDOW since then that were not
 * published at once. */
struct queue_reasons {
	int64_t site, since_ms;
	uint32_t n[64]; /* by bit */
};
int store_count_reasons(
    struct store_reader *r, struct queue_reasons *out, struct err *e);

/* What is known of an author on a site. */
struct queue_author {
	int64_t site;
	uint64_t author;
	int64_t by_state[COMMENT_STATES];
	int64_t by_kind[DECISION_KINDS]; /* decisions that hold */
	int64_t first_seen_ms;           /* 0: never */
};
int store_get_author(
    struct store_reader *r, struct queue_author *a, struct err *e);

/* How many comments of a site have a facet. 0 or -1. */
enum facet_kind { FACET_NET, FACET_HOST };
struct store_facet {
	int64_t site;
	uint64_t value;
};
int store_count_facet(struct store_reader *r, enum facet_kind kind,
    const struct store_facet *f, int64_t *n, struct err *e);

/* What whoever runs it should know of a store. */
struct store_look {
	bool keeps_all; /* nothing goes for its age: the clock is doubted */
	int64_t database_bytes, log_bytes; /* on disk; 0: not there */
	int64_t waiting;      /* comments that no list has yet, about */
	int64_t waiting_held; /* those of them that are held, at most */
};
struct store_look store_look(const struct store *s);

#endif
