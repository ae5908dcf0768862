#include "solver.h"

#include <stdlib.h>
#include <string.h>

/* libsvm's time grows with the square of the rows: 2.4 s at 2,000, 10 s at
 * 4,000; liblinear takes a tenth of a second. */
enum { LIBSVM_ROWS = 2000 };

static const struct solver *const solvers[] = {
    &solver_libsvm, &solver_liblinear};

struct solver_options
solver_defaults(void)
{
	return (struct solver_options){
	    .solver = "auto",
	    .kernel = KERNEL_LINEAR,
	    .loss = LOSS_SQUARED,
	    .c = 1,
	    .gamma = 0.25,
	    .bias_feature = 1,
	    .seed = 1,
	};
}

static const struct solver *
by_name(const char *name)
{
	for (size_t i = 0; i < sizeof(solvers) / sizeof(*solvers); i++)
		if (strcmp(solvers[i]->name, name) == 0)
			return solvers[i];
	return NULL;
}

static const struct solver *
automatic(const struct solver_options *o, size_t n)
{
	if (solver_liblinear.refuses(o) != NULL)
		return &solver_libsvm;
	if (solver_libsvm.refuses(o) != NULL || n > LIBSVM_ROWS)
		return &solver_liblinear;
	return &solver_libsvm;
}

const struct solver *
solver_choose(const struct solver_options *o, size_t n, struct err *e)
{
	const struct solver *s = strcmp(o->solver, "auto") == 0
				     ? automatic(o, n)
				     : by_name(o->solver);
	if (s == NULL) {
		err_set(e, ERR_INPUT, "no solver is called %s", o->solver);
		return NULL;
	}
	const char *why = s->refuses(o);
	if (why == NULL)
		return s;
	err_set(e, ERR_INPUT, "%s: %s", s->name, why);
	return NULL;
}

static int
check_classes(const struct sample *s, struct err *e)
{
	size_t positive = 0;
	for (size_t i = 0; i < s->n; i++)
		positive += s->classes[i] > 0;
	if (positive != 0 && positive != s->n)
		return 0;
	return err_set(e, ERR_INPUT,
	    "%zu rows to train on, %zu of them bad: both kinds are needed",
	    s->n, positive);
}

int
solver_train(struct machine *m, const struct sample *s,
    const struct solver_options *o, struct err *e)
{
	*m = (struct machine){0};
	const struct solver *solver = solver_choose(o, s->n, e);
	if (solver == NULL || check_classes(s, e) < 0)
		return -1;
	srand(o->seed);
	return solver->train(m, s, o, e);
}

double
machine_margin(const struct machine *m, const struct vectors *v, size_t row)
{
	if (m->weights == NULL)
		return libsvm_margin(m, v, row);
	double sum = m->bias;
	size_t end = v->start[row] + v->count[row];
	for (size_t i = v->start[row]; i < end; i++)
		sum += m->weights[v->bucket[i]] * (double)v->value[i];
	return sum;
}

void
machine_release(struct machine *m)
{
	free(m->weights);
	libsvm_release(m);
	*m = (struct machine){0};
}
