/*
 * Support vector machines over the rows of a corpus: a table of solvers, our
 * own and one per library. A solver takes rows with classes and gives a
 * machine; a linear one is collapsed to a weight per bucket.
 *
 * The bias: libsvm leaves it out of the norm; the others can only treat it as
 * the weight of one more feature, whose value is `bias_feature`. The larger
 * that value, the less the norm holds the bias back and the closer the two
 * come, but the longer liblinear takes: by 30 its 1,000 rounds do not do.
 * The test of agreement uses 10.
 */
#ifndef TRAINING_SOLVER_H
#define TRAINING_SOLVER_H

#include <stdint.h>

#include "../service/edge/process/err.h"
#include "vectors.h"

enum solver_kernel { KERNEL_LINEAR, KERNEL_RBF };
enum solver_loss { LOSS_HINGE, LOSS_SQUARED };

struct solver_options {
	const char *solver; /* "auto" or a name of the table */
	enum solver_kernel kernel;
	enum solver_loss loss;
	double c;
	double gamma; /* of the RBF kernel */
	double eps;   /* stopping tolerance; 0: the solver's own */
	double bias_feature;
	unsigned seed; /* of rand(), which both libraries draw from */
	bool middle;   /* 0 is to be where both classes are as likely; only
			* our own solver can */
};

/* What both libraries take when nothing else is said. */
struct solver_options solver_defaults(void);

/* Rows to learn from: numbers of vectors, best as these lie, and their
 * class. */
struct sample {
	const struct vectors *vectors;
	uint32_t *rows;
	int8_t *classes; /* +1 or -1 */
	size_t n;
	/* What only our own solver can, else NULL: */
	double *costs;  /* factor of C, per row */
	uint32_t *sets; /* per row, the corpus it is of, below n_sets; NULL:
			 * all are of one */
	uint32_t n_sets;
	uint8_t *asked;  /* per row, whether it counts for the middle; if that
			  * is wanted, never NULL */
	double *freedom; /* per bucket: the norm is that of w / sqrt(it) */
	/* per bucket and of the bias: the norm is of what is added to it */
	const double *prior;
};

struct svm_model;
struct svm_node;

/* Zeroed is empty. */
struct machine {
	double *weights; /* per bucket; NULL: a kernel machine */
	double bias;
	struct svm_model *kernel;
	struct svm_node *nodes; /* what `kernel` points into */
	int sign;               /* of the class that `kernel` calls first */
};

struct solver {
	const char *name;
	/* NULL when it can, else why not. */
	const char *(*refuses)(const struct solver_options *o);
	int (*train)(struct machine *m, const struct sample *s,
	    const struct solver_options *o, struct err *e);
};

extern const struct solver solver_dual, solver_libsvm, solver_liblinear;

/* Which solver `o` means; NULL and `e`: none can. */
const struct solver *solver_choose(
    const struct solver_options *o, struct err *e);

/* Trains on `s`, which must have both classes. 0 or -1. */
int solver_train(struct machine *m, const struct sample *s,
    const struct solver_options *o, struct err *e);
void machine_release(struct machine *m);

/* The margin of a row: positive for class +1. */
double machine_margin(const struct machine *m, const struct packed_row *row);

/* The same from libsvm's own decision function. */
double libsvm_margin(const struct machine *m, const struct packed_row *row);
void libsvm_release(struct machine *m);

#endif
