/*
 * Precedents: what people decided, in memory, so that it is found again by
 * the same or nearly the same text of a site. Filled from the store's
 * decisions at start, the newest PRECEDENTS_MAX texts; what is decided or
 * undone afterwards is looked up again. Any thread.
 */
#ifndef EDGE_PRECEDENTS_H
#define EDGE_PRECEDENTS_H

#include "../../core/policy.h"
#include "../store/store_decision.h"

enum { PRECEDENTS_MAX = 1 << 16 };

struct precedents;

/* What is known about a text. */
struct precedent {
	enum ruling ruling;
	bool decided; /* somebody did about exactly it, taught or not */
};

/* All that the store has; NULL and `e`. */
struct precedents *precedents_open(struct store *s, struct err *e);
void precedents_close(struct precedents *p);

/*
 * Learns anew what holds for exactly the text of `f`, after a decision about
 * it was written or undone. 0, or -1 and all is as before.
 */
int precedents_learn(struct precedents *p, struct store_reader *r, int64_t site,
    const struct fingerprint *f, struct err *e);

/*
 * What holds for a text: the last decision about exactly it that teaches;
 * else RULING_SPAM when the last one about nearly the same text was that. To
 * nearly a good text a link may have been added, and a word changed turns
 * abuse into something else, so those say nothing.
 */
struct precedent precedents_find(
    struct precedents *p, int64_t site, const struct fingerprint *f);

/* What a decision means for its text when it comes again. */
enum ruling precedents_ruling(enum decision_kind k);

#endif
