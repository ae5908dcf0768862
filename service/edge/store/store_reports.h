/*
 * What readers of a site report of its comments: who, by a pseudonym, says
 * what is wrong with one, each once. A published comment is open while nobody
 * has decided since its last report.
 */
#ifndef EDGE_STORE_REPORTS_H
#define EDGE_STORE_REPORTS_H

#include "store.h"

enum { REPORTS_MAX = 1000 }; /* of a comment; those after it are not kept */

enum report_reason {
	REPORT_SPAM,
	REPORT_ABUSE,
	REPORT_OFF_TOPIC,
	REPORT_OTHER,
	REPORT_REASONS
};

/* Its name in the API and the store, and back: -1, there is none. */
const char *report_reason_name(enum report_reason r);
int report_reason_named(struct span name);

/* A report on its way, or as it is kept. Spans are borrowed. */
struct report {
	int64_t site, created_at_ms;
	struct span comment;  /* its id */
	struct span reporter; /* pseudonym, see secrets.h */
	enum report_reason reason;
	struct span note; /* or empty */
};

/* How often a comment was reported, and whether somebody is to look at it. */
struct report_counts {
	uint32_t by_reason[REPORT_REASONS];
	int64_t last_at_ms; /* 0: never */
	bool open;
};

uint32_t report_counts_sum(const struct report_counts *c);

/* How a comment stands after a report. */
struct report_outcome {
	bool counted; /* else he did already, or there are REPORTS_MAX */
	enum comment_state state;
	uint32_t n;            /* in all */
	uint32_t fresh;        /* since somebody decided */
	int64_t decided_at_ms; /* 0: nobody has */
};

/* Writes one and waits. 0, or -1: ERR_MISSING, there is no such comment. */
int store_add_report(struct store *s, const struct report *r,
    struct report_outcome *out, struct err *e);

struct report_visit {
	void (*each)(void *arg, const struct report *r);
	void *arg;
};

/* Visits those about a comment, the newest first. 0 or -1. */
int store_each_report(struct store_reader *r, struct store_ref ref,
    const struct report_visit *visit, struct err *e);

#endif
