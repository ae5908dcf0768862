/*
 * A line of the gold set, as `moderato-train export --gold` writes it: a
 * comment that can be judged as a record is, and what is known of it.
 */
#ifndef EDGE_GOLD_ROW_H
#define EDGE_GOLD_ROW_H

#include <jansson.h>

#include "../../core/contrast.h"
#include "../store/store.h"

struct gold_row {
	struct record record; /* what the file keeps; borrows from below */
	enum contrast_truth truth;
	json_t *json;
	char *basis;
};

/*
 * Reads a line without its end: 0, or -1: ERR_INPUT, it is no labelled
 * comment; ERR_DOWN, there is no memory. To be released in any case.
 */
int gold_row_read(struct gold_row *out, struct span line, struct err *e);
void gold_row_release(struct gold_row *g);

#endif
