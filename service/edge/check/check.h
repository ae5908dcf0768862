/*
 * The main job, in whatever dialect it is asked: comments → signals →
 * verdicts → records, in steps between which state and store are waited for.
 * A dialect reads the comments before, says what is answered, and answers
 * when it is on disk; between the two all dialects go the same way.
 */
#ifndef EDGE_CHECK_H
#define EDGE_CHECK_H

#include "../../core/drift.h"
#include "../request/service.h"
#include "../store/store_model.h"
#include "verdict_json.h"

struct check;

/* One comment on its way through. */
struct check_item {
	struct check *check;
	struct comment comment; /* the dialect's, before check_go */
	enum ruling ruling;     /* likewise: what it knows beforehand */
	enum reason_code why;
	bool again; /* likewise: it was judged before, under no id */
	struct reading reading;
	int64_t score_us; /* spent on reading and judging */
	struct state_touch touch;
	struct commenter_quota quota; /* known once it is judged; who floods
				       * is judged, but not recorded */
	struct verdict verdict;
	struct drift_sample drift;
	struct shadow_verdict shadow; /* of its challenger, if there is one */
	struct span explained; /* the answer of /v1 with all it can say, as it
				* is recorded; p NULL: it is not */
	struct span shown;     /* the answer that the caller may see */
};

struct check_dialect {
	/* A comment was judged; -1: the arena is full. */
	int (*judged)(struct check_item *i, const struct verdict_answer *v);
	/* All were: makes what the store keeps beside the records, such as
	 * the answer to repeat; -1: the arena is full. */
	int (*encode)(struct check *c);
	/* All is on disk. */
	void (*answer)(struct check *c);
	void (*refuse)(struct check *c, const struct err *e);
};

/* One request on its way through, in its arena. */
struct check {
	const struct check_dialect *dialect;
	struct call call;
	uint32_t n, pending; /* pending: touches not done yet */
	struct check_item *items;
	const struct site_list *list;   /* of the site, while judging */
	const struct model *challenger; /* likewise; NULL: there is none */
	int64_t use;                    /* the challenger's */
	struct record *records;         /* of those that are no tests */
	int64_t now_ms;
	int64_t listed_us; /* what the site's lists took so far */
	struct store_put put;
};

/* Makes room for `n` comments: 0, or -1: the arena is full. */
int check_init(struct check *c, const struct check_dialect *dialect,
    const struct call *call, uint32_t n);

/* Whether the caller may see why a verdict is what it is. */
bool check_explains(const struct check *c);

/* Judges and records the comments; has the dialect answer, now or later. */
void check_go(struct check *c);

#endif
