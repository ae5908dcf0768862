/*
 * What sites list, in memory: compiled per site, swapped after a change
 * while requests go on, in use at once. The store has what is in use and the
 * other way round. Any thread.
 */
#ifndef EDGE_LISTS_H
#define EDGE_LISTS_H

#include "../store/store_lists.h"

enum {
	LIST_ENTRIES_MAX = 50000, /* of a site */
	LIST_REGEXES_MAX = 1000,  /* likewise */
	LIST_BYTES_MAX = 4 << 20, /* likewise, of values and notes together */
	LIST_FAULTS_MAX = 20,     /* told at once */
};

struct lists;

/* What one site lists. */
struct site_list {
	const struct list_entry *entries; /* by rising id */
	uint32_t n;
};

/* What is wrong with the value of which of the entries to put. */
struct list_fault {
	uint32_t put;
	char text[160];
	char entry[STORE_ID_BYTES + 1]; /* that has this value; or "" */
};

struct list_faults {
	struct list_fault items[LIST_FAULTS_MAX];
	uint32_t n;
};

/* All that the store has; NULL and `e`. */
struct lists *lists_open(struct store *s, struct err *e);
void lists_close(struct lists *l);

/*
 * What a site lists, NULL: nothing. Must be released once for each acquire,
 * NULL too.
 */
const struct site_list *lists_acquire(struct lists *l, int64_t site);
void lists_release(struct lists *l, const struct site_list *one);

/* A site is gone: so is what it listed, once nobody uses it any more. */
void lists_forget(struct lists *l, int64_t site);

/*
 * As rules_match, regular expressions too, unless `hurries`; `one` may be
 * NULL. 1: they would take too long, so that some were not tried.
 */
int lists_match(const struct site_list *one, const struct rule_case *c,
    bool hurries, struct rule_hits *hits, struct arena *a);

/*
 * Changes what a site lists, here and in the store, all or nothing. 0, or -1:
 * ERR_MISSING there is no entry c->gone; ERR_FIELD an entry does not fit, for
 * which see `f`, or they are too many or too long; ERR_DOWN. Compiles the
 * whole list and waits for the store: not for a loop's thread.
 */
int lists_change(struct lists *l, const struct list_change *c,
    struct list_faults *f, struct err *e);

#endif
