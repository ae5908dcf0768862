/*
 * Precedents: what people decided, in memory, so that it is found again by
 * the same or nearly the same text of a site. Filled from the store's
 * decisions at start, the newest PRECEDENTS_MAX; what is decided or undone
 * afterwards is looked up again. The texts are those of all sites: once there
 * are more, the store is asked about each text that memory has not, so that no
 * site crowds out what is final on another; only what is nearly the same
 * as an older one is not found. Any thread.
 */
#ifndef EDGE_PRECEDENTS_H
#define EDGE_PRECEDENTS_H

#include "../../core/policy.h"
#include "../store/store_decision.h"

enum { PRECEDENTS_MAX = 1 << 16 };

struct precedents;

enum { PRECEDENT_SAME = FINGERPRINT_BANDS + 1 }; /* bands, and all else */

/* What was decided about a text, or about one that is nearly the same. */
struct precedent {
	enum ruling says; /* RULING_NONE: there is no such decision */
	int bands;        /* that are equal; PRECEDENT_SAME: it is the text */
	bool decided; /* somebody may have, about exactly it, taught or not */
	uint64_t author, leads; /* of the comment that was decided about */
};

/* What tells whether it is about a comment, too. */
struct precedent_case {
	uint64_t author;  /* as a decision's */
	uint64_t leads;   /* likewise */
	uint32_t letters; /* of the text, and digits */
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
 * else the last one about nearly the same text when that was spam. To nearly
 * a good text a link may have been added, and a word changed turns abuse into
 * something else, so those say nothing. Whose comment it was the store says;
 * when that is down, nobody's.
 */
struct precedent precedents_find(struct precedents *p, struct store_reader *r,
    int64_t site, const struct fingerprint *f);

/*
 * What it means for a comment. Spam is judged by where it leads, too: what is
 * said by many, or quotes what another one quoted, is only RULING_ALIKE if
 * somebody else says it who does not lead there. Good is what leads nowhere
 * that the good one did not, unless it is its author's: what was approved
 * stands on the page for everybody to copy.
 */
enum ruling precedent_apply(
    const struct precedent *p, const struct precedent_case *c);

/* What a decision means for its text when it comes again. */
enum ruling precedents_ruling(enum decision_kind k);

#endif
