/*
 * What the store has of one person on one site: found, and erased.
 */
#ifndef EDGE_STORE_PERSON_H
#define EDGE_STORE_PERSON_H

#include "store.h"

struct decision;

/* Whose: what any of these names. Spans are borrowed; empty: not asked by. */
struct store_person {
	int64_t site;
	struct span author_id;    /* as the engine calls him */
	struct span author_email; /* pseudonym */
	struct span comment;      /* the id of a single record, or label */
	struct span reporter;     /* pseudonym, see store_reports.h */
	uint64_t author; /* of decisions, see check_record.h; 0: unknown */
};

/*
 * Comments in pages, the oldest first, by their numbers. A page may be short,
 * even empty: so many are looked at for one at most.
 */
struct store_person_page {
	struct store_person who;
	int64_t after;    /* number of the one before; 0: from the first */
	int64_t *numbers; /* room for `most` */
	uint32_t most;
	uint32_t n;   /* out */
	int64_t next; /* out: what the next page is after; 0: there is none */
};

/* 0 or -1. */
int store_find_person(
    struct store_reader *r, struct store_person_page *p, struct err *e);

/*
 * Visits decisions that hold a text of his, as no record does, the oldest
 * first, undone ones too.
 */
struct store_person_labels {
	struct store_person who;
	int64_t after; /* `order` of the one before; 0: from the first */
	uint32_t most;
	void (*each)(void *arg, const struct decision *d);
	void *arg;
	int64_t next; /* out: as of a page */
};

/* 0 or -1. */
int store_each_label_of(
    struct store_reader *r, struct store_person_labels *p, struct err *e);

/*
 * An erasure on its way: his comments with all that hangs on them, his texts
 * without one, what they taught and said elsewhere, what he reported.
 * Decisions stay, without words and author.
 */
struct store_erasure {
	struct store_person who;
	struct span by;   /* who asks */
	int64_t after;    /* 0 to begin with; then the store's */
	int64_t until;    /* likewise: the newest comment when it began */
	int64_t of;       /* likewise: whose answers are looked for, */
	int64_t looked;   /* through those up to this; 0: all there are */
	bool done;        /* out */
	int64_t decided;  /* out: the order of the newest decision by then */
	int64_t comments; /* out: gone so far */
	int64_t labels;   /* out: texts without a comment, likewise */
};

/*
 * Erases some, waiting for its turn, all or nothing. When it is done the audit
 * log says so, and the bytes are wiped from the files when nobody writes. 0 or
 * -1.
 */
int store_erase(struct store *s, struct store_erasure *x, struct err *e);

#endif
