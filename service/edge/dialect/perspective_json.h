/*
 * comments:analyze and comments:suggestscore of the Perspective API as data:
 * the request read, the answer written, as the service's own description of
 * commentanalyzer v1alpha1 has them. An attribute is a head of the model under
 * another name; what no head stands behind is refused, so no score is ever
 * invented.
 */
#ifndef EDGE_PERSPECTIVE_JSON_H
#define EDGE_PERSPECTIVE_JSON_H

#include <jansson.h>

#include "../../core/comment.h"
#include "../../core/model.h"
#include "perspective_error.h"

struct perspective_request {
	struct comment comment;
	struct {
		bool asked;
		/* of analyze: scores below it are left out; of
		 * suggestscore: what the score should be */
		double value;
	} heads[MODEL_HEADS];
	struct span *languages; /* as the client says, none is detected */
	size_t n_languages;
	struct span token; /* goes back with the answer; n == 0: none */
};

/*
 * Reads `body` into `q`, copying what it keeps into `a`: 0, or -1 and `e`.
 * Bit h of `heads` says that the model has head h.
 */
int perspective_read(struct perspective_request *q, json_t *body,
    unsigned heads, struct arena *a, struct perspective_error *e);

/* The same for comments:suggestscore, in any language, of any head. */
int perspective_read_suggestion(struct perspective_request *q, json_t *body,
    struct arena *a, struct perspective_error *e);

/* The answer to a suggestion: it has no scores. */
struct span perspective_write_suggestion(
    const struct perspective_request *q, struct arena *a);

/*
 * The answer for `scores`, one a head, < 0 where there is none, in `a`; p NULL
 * when it does not fit. Its only span is the whole text, in UTF-16 code units:
 * then it is never short of the text, however a client counts characters.
 */
struct span perspective_write(const struct perspective_request *q,
    const double scores[MODEL_HEADS], struct arena *a);

#endif
