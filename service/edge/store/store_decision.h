/*
 * What people decided about comments, as the store keeps it: one row a
 * decision, never changed but for being undone. Of those about one comment
 * the last written that is not undone holds; it says what state the comment
 * is in. One that teaches is a label: it says what its text is, to the
 * service at once and to the next training.
 */
#ifndef EDGE_STORE_DECISION_H
#define EDGE_STORE_DECISION_H

#include "../../core/fingerprint.h"
#include "store.h"

enum decision_kind {
	DECISION_APPROVE,
	DECISION_SPAM,
	DECISION_ABUSE,
	DECISION_TRASH, /* unwanted, but neither of the two */
	DECISION_HOLD,  /* somebody else decides */
	DECISION_KINDS
};

/* Spans as in a record. */
struct decision {
	char id[STORE_ID_BYTES + 1]; /* a ULID */
	int64_t site, created_at_ms;
	enum decision_kind kind;
	bool learn;          /* else it is about this one comment only */
	struct span comment; /* id of its record; empty: there is none */
	struct span actor;   /* who said so: "engine", "moderator", "import" */
	struct span api_key; /* public id of the key it came with */
	struct span reason;  /* a short code of the caller's own */
	struct span note;    /* for other people to read */
	struct span batch;   /* id of what was decided at once; or empty */
	uint64_t author; /* who wrote the text, check_record.h; 0: unknown */
	uint64_t leads;  /* where it leads, core/leads.h */
	struct fingerprint fingerprint;
	struct span content; /* kept when there is no record of it */
	/* a pseudonym, kept as long as `content` is, which its author finds it
	 * by; an id of his is in `author` */
	struct span author_email;
	int64_t undone_at_ms;  /* 0: it holds, or one after it does */
	struct span undone_by; /* as api_key */
	int64_t order;         /* the store's: grows as they are written */
};

/* That a decision is taken back; it must be the last about its comment. */
struct undo {
	int64_t site;
	struct span decision; /* its id */
	struct span comment;  /* its record's; empty: there is none */
	struct span by;       /* public id of the key */
	int64_t at_ms;
};

/* What becomes of a comment by it. */
enum comment_state decision_state(enum decision_kind k);

/* Whether it says what its text is. */
bool decision_teaches(const struct decision *d);

/* The name in the API and the store, and back: -1, there is no such kind. */
const char *decision_name(enum decision_kind k);
int decision_named(struct span name);

/*
 * What holds, by its kind, order, id, author and leads, in `out`. 0, or -1:
 * ERR_MISSING, nothing; ERR_DOWN.
 *
 * _find_label: of exactly this text of a site, by what teaches.
 * _find_decision: of like's very comment: the same text under the same
 * engine_id, if it has one; else the record that store_find_record finds.
 */
int store_find_label(struct store_reader *r, int64_t site, uint64_t text,
    struct decision *out, struct err *e);
int store_find_decision(struct store_reader *r, const struct record *like,
    struct decision *out, struct err *e);

/*
 * What holds about a comment, whole, into `a`. 0, or -1: ERR_MISSING,
 * ERR_TOO_LARGE, ERR_DOWN.
 */
int store_get_decision(struct store_reader *r, struct store_ref ref,
    struct arena *a, struct decision *out, struct err *e);

struct decision_visit {
	void (*each)(void *arg, const struct decision *d);
	void *arg;
	unsigned most; /* visits this many of the newest */
};

/* Visits those about one comment, undone ones too, the oldest first: 0 or -1.
 */
int store_each_of_comment(struct store_reader *r, struct store_ref ref,
    const struct decision_visit *visit, struct err *e);

/*
 * Visits what was decided in one batch of a site, the last first, at most
 * `most` of them whose id is less than `before`, a ULID. 0 or -1.
 */
struct batch_ref {
	int64_t site;
	struct span batch, before;
};
int store_each_of_batch(struct store_reader *r, const struct batch_ref *ref,
    const struct decision_visit *visit, struct err *e);

/* What a text is, by the last decision about it that teaches. */
struct label {
	int64_t order; /* of that decision */
	char id[STORE_ID_BYTES + 1];
	enum decision_kind kind;
	struct span actor, content;
	bool html;
	struct span by; /* public id of the key it came with */
	int64_t decided_at_ms;
	/* how many others called this text the same, and something else */
	int64_t agreed, disagreed;
	/* of its record */
	struct span author_name, author_id, author_url, author_email;
	struct span thread, type, basis;
	int64_t at_ms; /* of the comment, or else of the decision */
};

struct label_page {
	int64_t site;
	int64_t after; /* the `order` of the label before; 0: from the first */
	unsigned most;
	bool newest_first; /* and nothing is said of others */
};

struct label_visit {
	void (*each)(void *arg, const struct label *l);
	void *arg;
};

/* Visits labels whose text is still there, in order. 0 or -1. */
int store_each_label(struct store_reader *r, const struct label_page *page,
    const struct label_visit *visit, struct err *e);

/*
 * Visits those of all sites that are not undone, the oldest first; of each
 * only site, kind, learn, author, fingerprint and order. Of one moment; what
 * is put meanwhile does not wait for it. 0 or -1.
 */
int store_each_decision(
    struct store *s, const struct decision_visit *visit, struct err *e);

#endif
