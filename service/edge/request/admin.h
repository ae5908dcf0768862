/*
 * What the handlers of the administration share: a change goes to the store's
 * writer, then the directory is read anew, then it is answered. Lists come in
 * pages.
 */
#ifndef EDGE_ADMIN_H
#define EDGE_ADMIN_H

#include "../known/credential.h"
#include "fields.h"
#include "service.h"

enum { ADMIN_CHANGES_MAX = 20 };

/* A change on its way, in the request's arena. */
struct admin_change {
	struct call call;
	const char *event; /* for the log */
	struct store_change changes[ADMIN_CHANGES_MAX];
	unsigned status; /* when all went well */
	bool aside;      /* sites and keys stay as they are */
	/* the body then; NULL: no memory */
	json_t *(*answer)(struct admin_change *a);
	char value[CREDENTIAL_BYTES_MAX + 1]; /* of a key that was made */
	struct store_put put;
};

/* Makes `a` an empty one. */
void admin_init(struct admin_change *a, const struct call *call);

/* An empty one; NULL: answered, the arena is full. */
struct admin_change *admin_begin(const struct call *call);

/* Makes the first `n` changes, and answers by itself. */
void admin_commit(struct admin_change *a, uint32_t n);

/* Which part of a list is asked for: ?after=CURSOR&limit=N. */
struct admin_page {
	struct span after; /* n 0: from the start */
	unsigned limit;
};

/* 0, or -1: answered with what is wrong. */
int admin_page(const struct call *call, struct admin_page *out);

/* The same of a list whose cursors are numbers; 0: from the start. */
int admin_page_numbered(
    const struct call *call, struct admin_page *out, int64_t *after);

#endif
