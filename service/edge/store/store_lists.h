/*
 * The store's memory of what sites list: authors, hosts, phrases … with what
 * is to become of comments that have them.
 */
#ifndef EDGE_STORE_LISTS_H
#define EDGE_STORE_LISTS_H

#include "../../core/rules.h"
#include "store.h"

enum { LIST_NOTE_BYTES_MAX = 512 };

struct list_entry {
	char id[STORE_ID_BYTES + 1]; /* a ULID */
	int64_t site;
	enum rule_kind kind;
	enum rule_effect effect;
	struct span value, note;
	int64_t expires_at_ms; /* 0: never */
	int64_t created_at_ms;
	struct span created_by; /* public id of an API key */
};

/* Entries that come and go at once. */
struct list_change {
	int64_t site;
	const struct list_entry *puts; /* of this site, by rising id */
	uint32_t n_puts;
	struct span gone; /* the id of one to delete or, when there is one to
			   * put, to put that one for; empty: none */
	struct span by;   /* who asks; empty: the service itself */
	int64_t now_ms;   /* what has expired by then goes too */
};

/* Writes at once and waits, all or nothing. 0 or -1. */
int store_change_list(
    struct store *s, const struct list_change *c, struct err *e);

struct list_visit {
	void (*each)(void *arg, const struct list_entry *entry);
	void *arg;
};

/*
 * Visits all entries by site and id, which `each` may not use the store for.
 * 0 or -1.
 */
int store_each_list_entry(
    struct store *s, const struct list_visit *visit, struct err *e);

#endif
