/*
 * How many comments of an author people approved on a site, in memory: texts
 * whose last decision is an approval, so that saying it twice counts once.
 * Filled from the store at start, and told what is decided or undone when it
 * is on disk: the newest TRUST_MAX decisions of all sites. Once there are more
 * the store is asked, too, so that no site crowds out another. Any thread.
 */
#ifndef EDGE_TRUST_H
#define EDGE_TRUST_H

#include "../store/store_decision.h"

enum { TRUST_MAX = 1 << 16 };

struct trust;

/* All that the store has; NULL and `e`. */
struct trust *trust_open(struct store *s, struct err *e);
void trust_close(struct trust *t);

/*
 * The same anew, for what the store has no more; what is told meanwhile is
 * kept, but for decisions up to the order `had`, which it had by then: they
 * are read, or are gone. Waits for the store. 0; or -1, all is as before, and
 * `e`.
 */
int trust_reread(struct trust *t, struct store *s, int64_t had, struct err *e);

/*
 * Takes a decision in, by its site, author, text and order: it approves when
 * it is an approval that teaches. Of unknown authors nothing is kept.
 */
void trust_add(struct trust *t, const struct decision *d);

/* Takes one out that was undone, by the same; what was before it holds. */
void trust_forget(struct trust *t, const struct decision *d);

/* The approved comments of `author` on `site`; 0 for author 0. */
uint32_t trust_count(
    struct trust *t, struct store_reader *r, int64_t site, uint64_t author);

#endif
