/*
 * Passwords are hashed on a thread of their own (aside.h), one at a time, and
 * only so many wait, so that who tries many of them takes neither a loop's
 * time nor memory, and holds up nothing else.
 */
#ifndef EDGE_HASHER_H
#define EDGE_HASHER_H

#include "aside.h"
#include "secrets_password.h"

enum { HASHER_WAITING_MAX = 8 };

struct hasher;

/*
 * What is to be found out, in memory that stays there until it is. `given`
 * and `fresh` are overwritten then.
 */
struct hasher_job {
	char given[PASSWORD_BYTES_MAX + 1]; /* "": nothing to compare */
	/* "": nobody's; takes as long as somebody's */
	char hash[PASSWORD_HASH_BYTES];
	char fresh[PASSWORD_BYTES_MAX + 1]; /* "": nothing to hash */
	struct loop *loop;
	void (*done)(struct hasher_job *j);   /* on the loop's thread */
	bool fits;                            /* out: `given` is of `hash` */
	bool failed;                          /* out: no memory to tell */
	char fresh_hash[PASSWORD_HASH_BYTES]; /* out; "": no memory for it */
	bool is_nobodys;                      /* the hasher's, as the next */
	struct aside_job job;
};

/* NULL and `e`. */
struct hasher *hasher_open(struct err *e);

/* None may be waiting; harmless on NULL. */
void hasher_close(struct hasher *h);

/* From any thread. 0, or -1: ERR_BUSY, there are too many. */
int hasher_begin(struct hasher *h, struct hasher_job *j, struct err *e);

#endif
