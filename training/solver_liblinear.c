/* The one door to liblinear: the linear problem in its dual form. */
#define model liblinear_model /* the library's name is also ours */
#include <linear.h>
#undef model
#include <stdlib.h>

#include "solver.h"

static const char *
refuses(const struct solver_options *o)
{
	return o->kernel == KERNEL_LINEAR ? NULL : "it has no kernels";
}

static void
be_quiet(const char *text)
{
	(void)text;
}

static struct feature_node *
put_row(struct feature_node *to, const struct packed_row *row)
{
	struct walk w = packing_walk(row);
	while (walk_next(&w))
		if (w.number != 0)
			*to++ =
			    (struct feature_node){(int)w.bucket + 1, w.value};
	return to;
}

/* The whole problem; free its y, x and x[0]. The bias is a feature more. */
static struct problem
problem_of(const struct sample *s, double bias_feature)
{
	size_t n_nodes = 0;
	struct scratch_view view = {0};
	for (size_t i = 0; i < s->n; i++)
		n_nodes +=
		    vectors_row(s->vectors, s->rows[i], &view)->n_words + 2;
	struct feature_node *to = memory_new(n_nodes, sizeof(*to));
	struct problem p = {
	    .l = (int)s->n,
	    .n = (int)s->vectors->buckets + 1,
	    .y = memory_new(s->n, sizeof(*p.y)),
	    .x = memory_new(s->n, sizeof(*p.x)),
	    .bias = bias_feature,
	};
	for (size_t i = 0; i < s->n; i++) {
		p.y[i] = s->classes[i];
		p.x[i] = to;
		to = put_row(to, vectors_row(s->vectors, s->rows[i], &view));
		*to++ = (struct feature_node){p.n, bias_feature};
		*to++ = (struct feature_node){-1, 0};
	}
	scratch_look_away(&view);
	return p;
}

static void
take_weights(
    struct machine *m, const struct liblinear_model *l, uint32_t buckets)
{
	double sign = l->label[0] > 0 ? 1 : -1;
	m->weights = memory_new(buckets, sizeof(*m->weights));
	for (uint32_t i = 0; i < buckets; i++)
		m->weights[i] = sign * l->w[i];
	m->bias = sign * l->w[buckets] * l->bias;
}

static int
train_linear(struct machine *m, const struct sample *s,
    const struct solver_options *o, struct err *e)
{
	struct parameter parameter = {
	    .solver_type = o->loss == LOSS_HINGE ? L2R_L1LOSS_SVC_DUAL
						 : L2R_L2LOSS_SVC_DUAL,
	    .eps = o->eps > 0 ? o->eps : 0.1,
	    .C = o->c,
	};
	struct problem problem = problem_of(s, o->bias_feature);
	set_print_string_function(be_quiet);
	const char *wrong = check_parameter(&problem, &parameter);
	if (wrong == NULL) {
		struct liblinear_model *l = train(&problem, &parameter);
		take_weights(m, l, s->vectors->buckets);
		free_and_destroy_model(&l);
	}
	free(problem.x[0]);
	free(problem.x);
	free(problem.y);
	if (wrong == NULL)
		return 0;
	return err_set(e, ERR_INPUT, "liblinear: %s", wrong);
}

const struct solver solver_liblinear = {"liblinear", refuses, train_linear};
