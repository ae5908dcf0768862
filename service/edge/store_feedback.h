/*
 * The store's memory of what people decided, and of how often it was asked.
 */
#ifndef EDGE_STORE_FEEDBACK_H
#define EDGE_STORE_FEEDBACK_H

#include "../core/fingerprint.h"
#include "store.h"

enum label_kind { LABEL_SPAM, LABEL_HAM, LABEL_KINDS };

/* That a person says what a comment is. Spans as in a record. */
struct label {
	char id[STORE_ID_BYTES + 1]; /* a ULID */
	int64_t site, created_at_ms;
	enum label_kind kind;
	struct span comment;    /* id of its record; empty: there is none */
	struct span provenance; /* who was told: "engine" */
	struct span api_key;    /* public id of the key it came with */
	struct fingerprint fingerprint;
	struct span content; /* kept when there is no record of it */
};

enum usage_count {
	USAGE_CALLS,
	USAGE_SPAM,
	USAGE_HAM,
	USAGE_MISSED_SPAM,
	USAGE_FALSE_POSITIVES,
	USAGE_COUNTS
};

/* Counts of one blog of a site in one month. */
struct usage {
	int64_t site;
	char month[8];    /* "2026-11" */
	struct span blog; /* its host */
	int64_t of[USAGE_COUNTS];
};

/* Writes the month of `at_ms` into `u`. */
void usage_set_month(struct usage *u, int64_t at_ms);

/*
 * The newest record of like's site with its fingerprint; among those first
 * whose author, mail and IP agree. 0, or -1: ERR_MISSING, ERR_DOWN.
 */
int store_find_record(struct store_reader *r, const struct record *like,
    char id[STORE_ID_BYTES + 1], struct err *e);

struct usage_visit {
	const char *from, *to; /* months, both included */
	void (*each)(void *arg, const struct usage *u);
	void *arg;
};

/* Visits the counts of a site by month and blog. 0 or -1. */
int store_each_usage(struct store_reader *r, int64_t site,
    const struct usage_visit *visit, struct err *e);

struct label_visit {
	unsigned most; /* visits this many of the newest */
	/* gets site, time, kind and fingerprint only */
	void (*each)(void *arg, const struct label *l);
	void *arg;
};

/* Visits labels, the oldest first; waits for its turn. 0 or -1. */
int store_each_label(
    struct store *s, const struct label_visit *visit, struct err *e);

#endif
