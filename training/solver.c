#include "solver.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const struct solver *const solvers[] = {
    &solver_dual, &solver_libsvm, &solver_liblinear};

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

const struct solver *
solver_choose(const struct solver_options *o, struct err *e)
{
	const struct solver *s =
	    by_name(strcmp(o->solver, "auto") != 0 ? o->solver
		    : o->kernel == KERNEL_LINEAR   ? solver_dual.name
						   : solver_libsvm.name);
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

/* Both draw from rand(), so that two at a time would not be repeatable. */
static pthread_mutex_t libraries = PTHREAD_MUTEX_INITIALIZER;

int
solver_train(struct machine *m, const struct sample *s,
    const struct solver_options *o, struct err *e)
{
	*m = (struct machine){0};
	const struct solver *solver = solver_choose(o, e);
	if (solver == NULL || (s->prior == NULL && check_classes(s, e) < 0))
		return -1;
	if (solver != &solver_dual && (s->costs != NULL || s->freedom != NULL))
		return err_set(e, ERR_INPUT,
		    "%s: it takes neither weights of rows nor of features",
		    solver->name);
	if (solver == &solver_dual)
		return solver->train(m, s, o, e);
	pthread_mutex_lock(&libraries);
	srand(o->seed);
	int failed = solver->train(m, s, o, e);
	pthread_mutex_unlock(&libraries);
	return failed;
}

double
machine_margin(const struct machine *m, const struct packed_row *row)
{
	if (m->weights == NULL)
		return libsvm_margin(m, row);
	double sum = m->bias;
	struct walk w = packing_walk(row);
	while (walk_next(&w))
		sum += m->weights[w.bucket] * w.value;
	return sum;
}

void
machine_release(struct machine *m)
{
	free(m->weights);
	libsvm_release(m);
	*m = (struct machine){0};
}
