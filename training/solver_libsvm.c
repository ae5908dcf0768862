/* The one door to libsvm: C-SVC, linear or RBF. */
#include <libsvm/svm.h>
#include <stdlib.h>

#include "solver.h"

enum { CACHE_MEGABYTES = 256 };

static const char *
refuses(const struct solver_options *o)
{
	if (o->loss == LOSS_SQUARED && o->kernel == KERNEL_LINEAR)
		return "C-SVC has the hinge loss only; "
		       "use --loss hinge or --solver liblinear";
	return NULL;
}

static void
be_quiet(const char *text)
{
	(void)text;
}

/* Writes a row's nodes and the end mark; returns what comes after. */
static struct svm_node *
put_row(struct svm_node *to, const struct packed_row *row)
{
	struct walk w = packing_walk(row);
	while (walk_next(&w))
		if (w.number != 0)
			*to++ = (struct svm_node){(int)w.bucket + 1, w.value};
	*to++ = (struct svm_node){-1, 0};
	return to;
}

/* The whole problem; its nodes go to `m`. */
static struct svm_problem
problem_of(struct machine *m, const struct sample *s)
{
	size_t n_nodes = 0;
	struct scratch_view view = {0};
	for (size_t i = 0; i < s->n; i++)
		n_nodes +=
		    vectors_row(s->vectors, s->rows[i], &view)->n_words + 1;
	m->nodes = memory_new(n_nodes, sizeof(*m->nodes));
	struct svm_problem p = {
	    .l = (int)s->n,
	    .y = memory_new(s->n, sizeof(*p.y)),
	    .x = memory_new(s->n, sizeof(*p.x)),
	};
	struct svm_node *to = m->nodes;
	for (size_t i = 0; i < s->n; i++) {
		p.y[i] = s->classes[i];
		p.x[i] = to;
		to = put_row(to, vectors_row(s->vectors, s->rows[i], &view));
	}
	scratch_look_away(&view);
	return p;
}

/* The sum of the support vectors, so that scoring needs none of them. */
static void
collapse(struct machine *m, uint32_t buckets)
{
	const struct svm_model *k = m->kernel;
	m->weights = memory_new(buckets, sizeof(*m->weights));
	for (int i = 0; i < k->l; i++) {
		double coefficient = m->sign * k->sv_coef[0][i];
		for (const struct svm_node *x = k->SV[i]; x->index != -1; x++)
			m->weights[x->index - 1] += coefficient * x->value;
	}
	m->bias = -m->sign * k->rho[0];
}

static int
train(struct machine *m, const struct sample *s, const struct solver_options *o,
    struct err *e)
{
	struct svm_parameter parameter = {
	    .svm_type = C_SVC,
	    .kernel_type = o->kernel == KERNEL_RBF ? RBF : LINEAR,
	    .gamma = o->gamma,
	    .cache_size = CACHE_MEGABYTES,
	    .eps = o->eps > 0 ? o->eps : 1e-3,
	    .C = o->c,
	    .shrinking = 1,
	};
	struct svm_problem problem = problem_of(m, s);
	svm_set_print_string_function(be_quiet);
	const char *wrong = svm_check_parameter(&problem, &parameter);
	if (wrong == NULL) {
		m->kernel = svm_train(&problem, &parameter);
		m->sign = m->kernel->label[0] > 0 ? 1 : -1;
		if (o->kernel == KERNEL_LINEAR)
			collapse(m, s->vectors->buckets);
	}
	free(problem.x);
	free(problem.y);
	if (wrong == NULL)
		return 0;
	machine_release(m);
	return err_set(e, ERR_INPUT, "libsvm: %s", wrong);
}

double
libsvm_margin(const struct machine *m, const struct packed_row *row)
{
	struct svm_node *x = memory_new(row->n_words + 1, sizeof(*x));
	put_row(x, row);
	double margin;
	svm_predict_values(m->kernel, x, &margin);
	free(x);
	return m->sign * margin;
}

void
libsvm_release(struct machine *m)
{
	if (m->kernel != NULL)
		svm_free_and_destroy_model(&m->kernel);
	free(m->nodes);
}

const struct solver solver_libsvm = {"libsvm", refuses, train};
