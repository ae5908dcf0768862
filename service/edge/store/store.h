/*
 * The store: what must not be lost. Comments with their verdicts, answers by
 * idempotency key, sites and keys. One writer thread commits in groups; a
 * put is done only when it is on disk. Reads go to the loop's own read-only
 * connection. Knows nothing of scoring. SQL lives in store_sqlite*.c only.
 */
#ifndef EDGE_STORE_H
#define EDGE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "../../core/arena.h"
#include "../../core/span.h"
#include "../process/err.h"
#include "../process/loop.h"

enum { STORE_ID_BYTES = 26, STORE_HASH_BYTES = 32 };

/* What became of a comment: as its verdict says, until somebody decides. */
enum comment_state {
	COMMENT_PUBLISHED,
	COMMENT_HELD,
	COMMENT_REJECTED,
	COMMENT_TRASHED,
	COMMENT_STATES
};

/* Its name in the API, and back: -1, there is none. */
const char *comment_state_name(enum comment_state s);
int comment_state_named(struct span name);

/* A judged comment. Spans are borrowed until the put is done. */
struct record {
	char id[STORE_ID_BYTES + 1]; /* a ULID, NUL-terminated */
	int64_t site;
	int64_t received_at_ms, created_at_ms; /* created_at 0: not said */
	struct span engine_id, thread, parent, type;
	struct span author_id, author_name, author_url;
	struct span author_email, author_ip; /* pseudonyms, see secrets.h */
	struct span author_net; /* "192.0.2.0/24", for people to read */
	struct span content;
	bool html;
	uint64_t fingerprint;
	struct span action, head; /* "hold", "spam" */
	double score;             /* of the head; NAN: none */
	struct span verdict;      /* the answer, JSON */
	/* sealed: the URL where the engine wants to be told, a newline, and the
	 * key it asked with; empty: nowhere */
	struct span callback, basis; /* basis_json.h; empty: was not kept yet */
	const struct shadow_verdict *shadow; /* store_model.h; NULL: none */
	const struct drift_sample *drift; /* core/drift.h; NULL: not counted */
	enum comment_state state; /* out: the verdict's or the decision's */
	int64_t decided_at_ms;    /* out; 0: nobody has */
};

/* Makes a POST happen once: the caller's key, the hash of what it asked. */
struct store_once {
	int64_t site;
	struct span key; /* empty: not asked for */
	unsigned char request[STORE_HASH_BYTES];
	int64_t at_ms;     /* Unix time of the request; 0: now */
	struct span begun; /* an id: it began, and was cut short; or empty */
};

enum store_result {
	STORE_DONE,
	STORE_REPEATED, /* not written: store_get_answer has the answer */
	STORE_CONFLICT, /* not written: `once` was for another request */
	STORE_STALE,    /* not written: somebody else decided in between */
	STORE_REFUSED,  /* not written: a change cannot be made, see err */
	STORE_DOWN,     /* not written: see err */
};

/*
 * Puts all of it or nothing: records, decisions and an undo with what follows
 * for the state of their comments, counts, changes of the administration, the
 * answer under `once`, what webhooks are to be told. `done` runs once, on loop.
 */
struct store_put {
	const struct record *records;
	uint32_t n, n_decisions, n_changes;
	struct decision *decisions; /* store_decision.h; `order` is set */
	/* the first is taken only if its comment is in this state; NULL: any */
	const enum comment_state *if_state;
	const int64_t *if_decided_ms; /* and decided about then, or NULL */
	const struct undo *undo;      /* store_decision.h; NULL: none */
	const struct usage *usage;    /* store_usage.h; NULL: none */
	int64_t notice_delay_ms; /* until webhooks are told of a decision */
	struct store_change *changes; /* store_admin.h */
	struct store_once once;
	bool sorts; /* first, what waits is sorted in, so that lists have it */
	struct span answer; /* what to repeat for `once` */
	bool begins;        /* that is an id, with which it goes on */
	struct loop *loop;
	void (*done)(struct store_put *p);
	enum store_result result; /* out */
	struct err err;           /* out */
	struct loop_post post;    /* the store's */
	struct store_put *next;   /* the store's */
};

struct store_ops; /* store_ops.h */
struct store {
	const struct store_ops *ops;
};
struct store_reader {
	const struct store_ops *ops;
};

/*
 * Opens "sqlite:<path>", creating and migrating it. NULL and `e`: not
 * openable, damaged, of a newer version, or held by another process.
 */
struct store *store_open(const char *uri, struct err *e);

/* Waits for the puts under way; readers must be closed. */
void store_close(struct store *s);

/* Begins to put; and how many puts wait for their turn, from any thread. */
void store_put(struct store *s, struct store_put *p);
unsigned store_waiting(struct store *s);

/* Whether the last commit worked and there is room for the next. */
bool store_up(const struct store *s);

/* A reader for one thread; NULL and `e`. */
struct store_reader *store_reader_open(struct store *s, struct err *e);
void store_reader_close(struct store_reader *r);

/* Which record. */
struct store_ref {
	int64_t site;
	struct span id;
	struct span by; /* who asks, when something is changed */
};

/* Reads a record into `a`: 0, or -1: ERR_MISSING, ERR_TOO_LARGE, ERR_DOWN. */
int store_get(struct store_reader *r, struct store_ref ref, struct arena *a,
    struct record *out, struct err *e);

/*
 * The answer of the last 24 hours under `once`, into `a`. 0 found, 1 not there
 * (it is empty, or an id that began), or -1: ERR_CONFLICT when it was for
 * another request, ERR_TOO_LARGE, ERR_DOWN.
 */
int store_get_answer(struct store_reader *r, const struct store_once *once,
    struct arena *a, struct span *answer, struct err *e);

#endif
