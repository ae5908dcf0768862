/*
 * A label as a line of JSON that somebody imports: what it says of which
 * text. Knows not what becomes of it.
 */
#ifndef EDGE_LABEL_LINE_H
#define EDGE_LABEL_LINE_H

#include <stdbool.h>

#include "../../core/arena.h"
#include "../../core/comment.h"
#include "../process/err.h"
#include "../store/store_decision.h"

struct label_line {
	enum decision_kind kind;
	struct comment comment;
};

/*
 * The next line of `text`, which it leaves, and its number from 1 on; blank
 * ones are passed over. Whether there was one. `number` begins with 0.
 */
bool label_line_next(struct span *text, struct span *line, uint32_t *number);

/*
 * Reads line `number` into `out`, whose texts are in `a`. 0, or -1 and `e`,
 * which names line and member.
 */
int label_line_read(struct label_line *out, struct span line, uint32_t number,
    struct arena *a, struct err *e);

#endif
