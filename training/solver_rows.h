/*
 * The options that choose and steer a solver, for every sub-command that
 * trains: rows for its table of options.
 */
#ifndef TRAINING_SOLVER_ROWS_H
#define TRAINING_SOLVER_ROWS_H

#include "options.h"
#include "solver.h"

/* What the options of SOLVER_ROWS are read into. */
struct solver_choice {
	int solver, kernel;
	int loss;          /* -1: not said */
	double c, c_abuse; /* a head each */
	double gamma, eps, bias_feature;
	bool even; /* all weights are as free */
	double disguised, assumed;
	double phrases, phrases_abuse; /* a head each */
	double excerpt; /* what an excerpt costs (core/excerpt.h) */
	long seed;
	long buckets_log2; /* 0: not said */
	const char *work;  /* a folder for machines that are made; or NULL */
	struct set_weights weights;
};

enum { BUCKETS_LOG2_DEFAULT = 19 };

#define SOLVER_ROWS(s)                                                         \
	{"solver", OPTION_CHOICE, &(s).solver, "auto|dual|libsvm|liblinear",   \
	    "dual: our own; libsvm if the kernel is not linear"},              \
	    {"kernel", OPTION_CHOICE, &(s).kernel, "linear|rbf",               \
		"rbf: libsvm, to compare with; cannot be shipped"},            \
	    {"loss", OPTION_CHOICE, &(s).loss, "squared|hinge",                \
		"of the linear kernel (libsvm: hinge, else squared)"},         \
	    {"c", OPTION_NUMBER, &(s).c, "C", "how dear a mistake is (1)",     \
		1e-6, 1e6},                                                    \
	    {"c-abuse", OPTION_NUMBER, &(s).c_abuse, "C",                      \
		"the same for the head abuse (0.3)", 1e-6, 1e6},               \
	    {"gamma", OPTION_NUMBER, &(s).gamma, "G",                          \
		"of the rbf kernel (0.25)", 1e-6, 1e6},                        \
	    {"eps", OPTION_NUMBER, &(s).eps, "E",                              \
		"stopping tolerance (the solver's own)", 0, 1},                \
	    {"bias-feature", OPTION_NUMBER, &(s).bias_feature, "B",            \
		"value of liblinear's bias feature (1)", 1e-3, 1e4},           \
	    {"even", OPTION_FLAG, &(s).even, NULL,                             \
		"all features weigh the same before training"},                \
	    {"weight", OPTION_WEIGHT, &(s).weights, "SET=W",                   \
		"how much each row of a corpus counts (1)", 0, 1e3},           \
	    {"disguised", OPTION_NUMBER, &(s).disguised, "W",                  \
		"how much all but ham counts once more in disguise (0.1)", 0,  \
		1e3},                                                          \
	    {"phrases", OPTION_NUMBER, &(s).phrases, "W",                      \
		"how much spam and ham count once more by known phrases "      \
		"alone, for other languages and sites (0)",                    \
		0, 1e3},                                                       \
	    {"phrases-abuse", OPTION_NUMBER, &(s).phrases_abuse, "W",          \
		"the same for the head abuse (0)", 0, 1e3},                    \
	    {"assumed", OPTION_NUMBER, &(s).assumed, "W",                      \
		"how much a good row counts for the other head too (0.01)", 0, \
		1e3},                                                          \
	    {"excerpt", OPTION_NUMBER, &(s).excerpt, "COST",                   \
		"of leaving all but ten tokens out; 0: never (0.25)", 0, 1e3}, \
	    {"buckets", OPTION_WHOLE, &(s).buckets_log2, "LOG2",               \
		"of the hashed features (19)", MODEL_BUCKETS_LOG2_MIN,         \
		MODEL_BUCKETS_LOG2_MAX},                                       \
	    {"work", OPTION_STRING, &(s).work, "DIR",                          \
		"keep machines there, and go on with what was kept"},          \
	{                                                                      \
		"seed", OPTION_WHOLE, &(s).seed, "N",                          \
		    "of the solver's random numbers (1)", 0, 1e9               \
	}

struct solver_choice solver_choice_defaults(void);

/* Whether there is a corpus for each weight. 0 or -1. */
int solver_choice_check(
    const struct solver_choice *s, const struct corpus *c, struct err *e);

struct solver_options solver_choice_options(
    const struct solver_choice *s, enum model_head_id head);

/* Whether our own solver is taken, which alone can do more. */
bool solver_choice_own(const struct solver_choice *s);

/* Whether weights are given freedom (freedom.h): if nobody says otherwise. */
bool solver_choice_free(const struct solver_choice *s);

/* How much a row that is good by one head counts as such for the other: 0 if
 * not by our own solver. */
double solver_choice_assumed(const struct solver_choice *s);

/* How much a text in disguise counts. */
double solver_choice_disguised(const struct solver_choice *s);

/* How much a row counts once more by its phrases: 0 without freedom. */
double solver_choice_phrases(
    const struct solver_choice *s, enum model_head_id head);

/* The vectors to learn from: copies too, with freedom only. */
struct vectors_order solver_choice_vectors(const struct solver_choice *s);

#endif
