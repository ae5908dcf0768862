/*
 * The dialect of the Perspective API, so that its clients work by changing a
 * host: the same way as /v1/comments, another language at both ends. Only
 * attributes with a head of the model behind them are answered.
 */
#ifndef EDGE_PERSPECTIVE_H
#define EDGE_PERSPECTIVE_H

struct call;

/*
 * POST /v1alpha1/comments:analyze. Asks for a key itself: ?key= or
 * X-Goog-Api-Key. With doNotStore the comment is only judged.
 */
void perspective_analyze(const struct call *call);

/*
 * POST /v1alpha1/comments:suggestscore: what the score should be, so what the
 * comment is: from .5 on SPAM says spam and TOXICITY abuse, else it is a good
 * one. With doNotStore nothing is kept, nor learned.
 */
void perspective_suggest(const struct call *call);

#endif
