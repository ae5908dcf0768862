/*
 * Holds a hearing over the labels of a head: machines that did not learn from
 * them are asked, and those of suspects once more. What is doubted by that is
 * said by doubts.h.
 */
#ifndef TRAINING_HEARING_H
#define TRAINING_HEARING_H

#include "calibrate.h"
#include "hygiene.h"
#include "lesson.h"

struct hearing_order {
	const struct lesson *lesson;
	enum model_head_id head;
	const uint8_t *roles; /* of all rows: ROLE_TRAIN is heard */
	const struct budget *budget;
};

/* Sets the fates of rows that are not to be learned, in `h`. 0 or -1. */
int hearing_hold(
    struct hygiene *h, const struct hearing_order *o, struct err *e);

#endif
