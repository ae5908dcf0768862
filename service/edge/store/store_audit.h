/*
 * The audit log: who did what, to whom, and what it was before. Written in
 * the transaction of what was done, never changed; each entry holds a hash of
 * itself and the one before, so that a change of one shows.
 */
#ifndef EDGE_STORE_AUDIT_H
#define EDGE_STORE_AUDIT_H

#include "store.h"

/* Spans are borrowed. */
struct audit_entry {
	int64_t number;            /* counts from 1, the store's */
	int64_t at_ms, site;       /* site 0: of none */
	struct span actor;         /* id of an API key, or a name */
	struct span action;        /* "key.revoked" */
	struct span subject;       /* an id or name; or empty */
	struct span before, after; /* JSON; empty: it was not there */
};

struct audit_visit {
	/* whether it is to go on */
	bool (*each)(void *arg, const struct audit_entry *e);
	void *arg;
	int64_t site;   /* 0: all */
	int64_t before; /* only entries with lower numbers; 0: all */
};

/* Visits entries, the newest first. 0 or -1. */
int store_each_audit(
    struct store_reader *r, const struct audit_visit *visit, struct err *e);

struct audit_check {
	int64_t gone;   /* entries of long ago, which are not kept */
	int64_t n;      /* those after them that are as they were written */
	int64_t broken; /* the number of the first that is not; 0: none */
	unsigned char head[STORE_HASH_BYTES]; /* the hash of the last one */
};

/* Holds all entries against their hashes. 0 or -1. */
int store_check_audit(
    struct store_reader *r, struct audit_check *out, struct err *e);

#endif
