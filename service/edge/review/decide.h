/*
 * A moderator's or an engine's decision about a comment, and taking it back:
 * /v1/comments/{id}/decision.
 */
#ifndef EDGE_DECIDE_H
#define EDGE_DECIDE_H

struct call;

/* POST: decides; with `if_state` only if nobody was faster. */
void decide(const struct call *call);

/* DELETE: undoes the last decision that holds; the one before holds again.
 * With `decision`, its id, only while it is the last; once undone it is. */
void decide_undo(const struct call *call);

#endif
