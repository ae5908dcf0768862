/*
 * What a proposed model makes of the comments that came after all that it
 * learned was decided: drift is measured from that (core/drift.h).
 */
#ifndef TRAINING_LATELY_H
#define TRAINING_LATELY_H

#include "daemon.h"

struct lately {
	const struct daemon_place *place;
	const char *folder; /* of the model */
	size_t n;           /* out: the comments, of a sample if many */
};

/*
 * Adds `drift` to its card.json, unless there are fewer than DRIFT_LEAST in
 * 30 days: then nothing is known of drift before its first days in use are
 * over. 0 or -1.
 */
int lately_refer(struct lately *l, struct err *e);

#endif
