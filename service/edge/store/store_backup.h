/*
 * Copies of a store. One is taken while a service uses the store, or not, by
 * whoever may read it; it is one file, private, whole and checked, or it is
 * not there at all. Needs no store that is open.
 */
#ifndef EDGE_STORE_BACKUP_H
#define EDGE_STORE_BACKUP_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "../process/err.h"

/* Whether there is a store already. */
bool store_exists(const char *uri);

struct store_copy {
	const char *file; /* where the copy is, or shall be */
	/* told now and then how far it is, at last that all is copied and to
	 * be checked; NULL: nobody asks */
	void (*progress)(void *arg, int64_t done_bytes, int64_t bytes);
	void *arg;
	int64_t bytes, comments; /* out */
	char kept[PATH_MAX];     /* out, of restoring: what was there before;
				    "": nothing was */
};

/*
 * Copies all that is committed when it begins. 0, or -1: ERR_TAKEN, `file` is
 * there already; ERR_BUSY, somebody else is making it; ERR_INPUT; ERR_DOWN,
 * which is also what is damaged.
 */
int store_back_up(const char *uri, struct store_copy *c, struct err *e);

/*
 * Puts the copy in the place of the store, which no process may use; what was
 * there is kept beside it. `file` stays. 0, or -1 as above, and the store is
 * as it was.
 */
int store_restore(const char *uri, struct store_copy *c, struct err *e);

/* The version of the library that keeps it; static. */
const char *store_library(void);

#endif
