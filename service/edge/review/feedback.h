/*
 * What people decide on its way, in whatever dialect it comes: the record of
 * the comment is found or its text kept, the decision or its undo is written
 * with all that goes with it, and what it teaches holds before anybody is
 * told so.
 */
#ifndef EDGE_FEEDBACK_H
#define EDGE_FEEDBACK_H

#include "../request/service.h"
#include "../store/store_decision.h"

/* One request on its way through, in its arena. */
struct feedback {
	struct call call;
	struct decision one; /* where there is but one */
	char comment[STORE_ID_BYTES + 1];
	/* what is decided or undone, all of it learned anew; NULL: `one` */
	struct decision *decisions;
	uint32_t n;
	struct undo undo;
	struct store_put put; /* once, answer, usage, if_state: the caller's */
	bool quiet;           /* the caller tells those who watch, news.h */
	/* All is on disk; `e` says why not. */
	void (*done)(struct feedback *f, const struct err *e);
};

/* Of the caller and now, without any decision; all else is empty. */
void feedback_init(struct feedback *f, const struct call *call,
    void (*done)(struct feedback *f, const struct err *e));

/* Fills the part of `d` that every decision has; learns if it can. */
void feedback_fill(
    const struct feedback *f, struct decision *d, enum decision_kind kind);

/*
 * Says what `d` is about, in the request's arena: a text, that of a record,
 * or a comment as an engine describes it, whose record is looked for. 0 or
 * -1.
 */
int feedback_about_text(const struct feedback *f, struct decision *d,
    const struct comment *c, struct err *e);
int feedback_about_record(const struct feedback *f, struct decision *d,
    const struct record *r, struct err *e);
int feedback_about_comment(
    struct feedback *f, const struct comment *c, struct err *e);

/* How a comment stands, and who said so. */
struct feedback_standing {
	int state;   /* enum comment_state; -1: there is no such comment */
	char by[64]; /* empty: nobody */
	int64_t at_ms;
};

void feedback_look(const struct call *call, struct store_ref ref,
    struct feedback_standing *out);

/* Answers that somebody else was faster, as `e` says, and who. */
void feedback_refuse(const struct feedback *f, const struct err *e);

/* These begin to write; `done` follows, or the request was answered as once.h
 * says. */

/* That all of `decisions` hold. */
void feedback_decide(struct feedback *f);

/* That `one`, as the store gave it, is undone. */
void feedback_undo(struct feedback *f);

#endif
