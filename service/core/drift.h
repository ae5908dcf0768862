/*
 * Whether what comes is still like what came before: counts of scores, of
 * how much the model never met, and of what spoke for or against, and how far
 * two such counts are apart. Pure; keeps no comment.
 */
#ifndef CORE_DRIFT_H
#define CORE_DRIFT_H

#include "moderate.h"

enum {
	DRIFT_BINS = 20,
	DRIFT_GROUPS = REASON_OTHER, /* reasons that features give */
	DRIFT_LEAST = 500, /* comments on each side, or it is chance */
};

/* What is counted of a comment: bins, -1: it has none. */
struct drift_sample {
	uint64_t model; /* which one judged, as whoever counts calls it */
	int8_t scores[MODEL_HEADS], unseen;
	uint64_t groups; /* bits of enum reason_code */
};

/* By the model alone: what a site made of it is no change of what comes. */
struct drift_sample drift_sample_of(const struct verdict *v);

/* Plain numbers, so that a store may keep them as they lie. */
struct drift_counts {
	uint32_t n;
	uint32_t scores[MODEL_HEADS][DRIFT_BINS]; /* by log-odds, -8 to 8 */
	uint32_t unseen[DRIFT_BINS];              /* by share */
	uint32_t groups[DRIFT_GROUPS];            /* comments that have them */
};

/* Counts one more, or all of `more`. */
void drift_add(struct drift_counts *c, const struct drift_sample *s);
void drift_add_all(struct drift_counts *c, const struct drift_counts *more);

/*
 * The population stability index of two histograms: the sum over bins of the
 * difference of shares × the logarithm of their ratio. Bins are joined with
 * their neighbours until each has a twentieth of one of them. NAN: one has
 * less than DRIFT_LEAST.
 */
double drift_psi(const uint32_t *reference, const uint32_t *now, uint32_t bins);

/* The same of two shares, `k` of `n` each. */
struct drift_share {
	uint32_t k, n;
};
double drift_psi_share(struct drift_share reference, struct drift_share now);

/* What an index means, by custom: below .1, up to .2, above. */
enum drift_state { DRIFT_UNKNOWN, DRIFT_STEADY, DRIFT_WATCH, DRIFT_CHANGED };
enum drift_state drift_state(double psi);

/* "unknown", "steady", "watch", "changed" */
const char *drift_state_name(enum drift_state s);

#endif
