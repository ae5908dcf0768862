/*
 * Who looks at which comment just now, so that two do not do the same work.
 * In memory, for a few minutes, one comment a holder; a lease keeps nobody
 * from deciding. Any thread; the time is an argument.
 */
#ifndef EDGE_LEASES_H
#define EDGE_LEASES_H

#include <stdbool.h>
#include <stdint.h>

#include "../store/store.h"

enum {
	LEASES_MAX = 1024, /* with more, those that end first are forgotten */
	LEASE_MS = 5 * 60 * 1000,
	LEASE_NAME_BYTES = 64,
	LEASE_HOLDER_BYTES = 33,
};

struct lease {
	int64_t site; /* 0: there is none */
	int64_t until_ms;
	char comment[STORE_ID_BYTES + 1];
	char holder[LEASE_HOLDER_BYTES]; /* who, for us */
	char name[LEASE_NAME_BYTES];     /* … and for people */
};

struct leases;

/* NULL: no memory. */
struct leases *leases_open(void);
void leases_close(struct leases *l);

/*
 * Takes or renews what `wanted` says, for LEASE_MS, unless somebody else has
 * it. `has` is the lease of that comment now, whoever's; `left` the one that
 * the holder had of another, if any. Whether it was not the holder's before.
 */
bool leases_take(struct leases *l, const struct lease *wanted, int64_t now_ms,
    struct lease *has, struct lease *left);

/* Ends it, if it is the holder's; holder "": whoever's. Whether it was. */
bool leases_end(struct leases *l, const struct lease *one, int64_t now_ms);

#endif
