/*
 * What people decided, in memory: which texts of a site they called spam or
 * ham, found again by the same or nearly the same text. Filled from the
 * store's labels at start; a label is added when it is on disk. The newest
 * DECISIONS_MAX count, and of those about one text the last. Any thread.
 */
#ifndef EDGE_DECISIONS_H
#define EDGE_DECISIONS_H

#include "../core/policy.h"
#include "store_feedback.h"

enum { DECISIONS_MAX = 1 << 16 };

struct decisions;

/* All that the store has; NULL and `e`. */
struct decisions *decisions_open(struct store *s, struct err *e);
void decisions_close(struct decisions *d);

/* Remembers a label: its site, kind and fingerprint. */
void decisions_add(struct decisions *d, const struct label *l);

/*
 * What holds for a text: the last decision about exactly it; else RULING_SPAM
 * when the last one about nearly the same text was that. To nearly a good
 * text a link may have been added, so that one says nothing.
 */
enum ruling decisions_find(
    struct decisions *d, int64_t site, const struct fingerprint *f);

#endif
