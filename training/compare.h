/*
 * One model beside another on the same rows: counts, intervals, tests, and
 * the very comments whose verdict changes, the worst first.
 */
#ifndef TRAINING_COMPARE_H
#define TRAINING_COMPARE_H

#include <jansson.h>

#include "../service/core/contrast.h"
#include "options.h"

struct compare_order {
	const char *folders[CONTRAST_SIDES];
	struct operands operands; /* the rows */
	long days;                /* only those of the last; 0: all */
	bool unseen;              /* only those decided after both were made */
	bool spared;        /* no model learns from them, whenever decided */
	bool sample;        /* they stand for those to come: promotion.h */
	long shown;         /* changed ones at most */
	const char *report; /* the folder of a page and its JSON; NULL: none */
	const char *name;   /* of these, without suffix */
};

/* What came of it, as the API has it, a new reference; NULL and `e`. */
json_t *compare_models(const struct compare_order *order,
    struct contrast *contrast, struct err *e);

#endif
