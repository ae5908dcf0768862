/*
 * What is wrong with labels, and which of them are not to be learned for it.
 * Owns the fate of each row; knows no features. What a machine finds doubtful
 * is said by doubts.h.
 */
#ifndef TRAINING_HYGIENE_H
#define TRAINING_HYGIENE_H

#include <jansson.h>

#include "clusters.h"

enum fate {
	FATE_LEARN,
	FATE_GOLD,         /* it, or nearly it, is of the gold set */
	FATE_CONTRADICTED, /* the same text was called something else later */
	FATE_CAPPED,       /* its reporter has said enough */
	FATE_DOUBTED,      /* the machine and another person doubt it, or it is
			    * doubtful and of somebody often wrong */
	FATE_DISTRUSTED,   /* its reporter is wrong more often than right */
	FATE_FEW,          /* no head that it teaches had enough to learn */
	FATES
};

/* "learned", "gold", … */
const char *fate_name(enum fate f);

struct hygiene_order {
	const char *gold; /* a file; NULL: none */
	double cap_share; /* of what reporters said, by one; 1: no cap */
};

struct hygiene {
	uint8_t *fate; /* enum fate of each row */
	struct clusters clusters;
	size_t gold;            /* rows of the gold set */
	size_t same, similar;   /* rows whose text, or nearly, came before */
	size_t straddling;      /* clusters that lay in several folds */
	json_t *contradictions; /* texts that were called both */
	json_t *reporters, *doubted;
};

/*
 * Looks through `c` and fills `h`. Rows without a fold of their own get that
 * of their cluster's first row, so that no near-duplicate is asked of a
 * machine that learned from the other. 0 or -1.
 */
int hygiene_of(struct hygiene *h, struct corpus *c,
    const struct hygiene_order *o, struct err *e);
void hygiene_release(struct hygiene *h);

/* Sets aside what is for none of the heads that were `taught`. */
void hygiene_leave(
    struct hygiene *h, const struct corpus *c, const bool taught[MODEL_HEADS]);

/* Writes all of it to `folder`, hygiene.json and .html. 0 or -1. */
int hygiene_write(const struct hygiene *h, const struct corpus *c,
    const char *folder, struct err *e);

/* The start of a row's text; a new reference. */
json_t *hygiene_excerpt(const struct row *row);

#endif
