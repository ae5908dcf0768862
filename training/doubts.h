/*
 * Labels that a machine doubts which did not learn from them, and reporters
 * who are doubted far more often than others: those are asked once more, of a
 * machine that learned from nobody suspect, and whoever is wrong there too is
 * set aside. So labels the wrong way round, by mistake or on purpose, do not
 * turn the model; and what somebody is the first to see is learned as long as
 * it can be told from his own other labels. Nobody is judged by fewer labels
 * than his own, nor by others who hardly gave the kind that he gave.
 */
#ifndef TRAINING_DOUBTS_H
#define TRAINING_DOUBTS_H

#include "hygiene.h"
#include "metrics.h"

/* Rows with the margins that a machine gives them which did not learn from
 * them. */
struct hearing {
	const struct corpus *corpus;
	struct scored *scored;
	size_t n;
	enum model_head_id id;
	const struct model_head *head; /* makes probabilities of margins */
	bool *suspect; /* rows of the corpus whose reporters are; no other */
};

/*
 * Marks the rows of reporters whom a second look is due, by cross-validated
 * margins. Returns how many.
 */
size_t doubts_suspect(struct hearing *r);

/*
 * Sets the fates of rows and the report's parts in `h`: the margins of
 * suspects are those of the machine without them.
 */
void doubts_find(struct hygiene *h, const struct hearing *r);

#endif
