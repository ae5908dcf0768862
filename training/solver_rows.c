#include "solver_rows.h"

/* In the order of the option's values. */
enum { SOLVER_AUTO, SOLVER_DUAL, SOLVER_LIBSVM, SOLVER_LIBLINEAR };
static const char *const solver_names[] = {
    [SOLVER_AUTO] = "auto",
    [SOLVER_DUAL] = "dual",
    [SOLVER_LIBSVM] = "libsvm",
    [SOLVER_LIBLINEAR] = "liblinear",
};
static const enum solver_kernel kernels[] = {KERNEL_LINEAR, KERNEL_RBF};
static const enum solver_loss losses[] = {LOSS_SQUARED, LOSS_HINGE};

struct solver_choice
solver_choice_defaults(void)
{
	struct solver_options o = solver_defaults();
	return (struct solver_choice){
	    .loss = -1,
	    .c = o.c,
	    .c_abuse = 0.3,
	    .gamma = o.gamma,
	    .bias_feature = o.bias_feature,
	    .seed = o.seed,
	    .disguised = 0.1,
	    .assumed = 0.01,
	    .excerpt = 0.25,
	};
}

static enum solver_loss
loss_of(const struct solver_choice *s)
{
	if (s->loss >= 0)
		return losses[s->loss];
	/* libsvm has no other */
	return s->solver == SOLVER_LIBSVM ? LOSS_HINGE : LOSS_SQUARED;
}

struct solver_options
solver_choice_options(const struct solver_choice *s, enum model_head_id head)
{
	return (struct solver_options){
	    .solver = solver_names[s->solver],
	    .kernel = kernels[s->kernel],
	    .loss = loss_of(s),
	    .c = head == HEAD_ABUSE ? s->c_abuse : s->c,
	    .gamma = s->gamma,
	    .eps = s->eps,
	    .bias_feature = s->bias_feature,
	    .seed = (unsigned)s->seed,
	    .middle = head == HEAD_SPAM && solver_choice_free(s),
	};
}

static bool
is_there(const struct corpus *c, struct span name)
{
	for (size_t i = 0; i < c->n_names; i++)
		if (span_equal(c->names[i], name))
			return true;
	return false;
}

int
solver_choice_check(
    const struct solver_choice *s, const struct corpus *c, struct err *e)
{
	for (size_t i = 0; i < s->weights.n; i++) {
		struct span set = s->weights.items[i].set;
		if (!is_there(c, set))
			return err_set(e, ERR_INPUT,
			    "--weight %.*s: no corpus has that name; the "
			    "first has: %.*s",
			    (int)set.n, set.p, (int)c->names[0].n,
			    c->names[0].p);
	}
	return 0;
}

bool
solver_choice_own(const struct solver_choice *s)
{
	bool own = s->solver == SOLVER_AUTO || s->solver == SOLVER_DUAL;
	return own && kernels[s->kernel] == KERNEL_LINEAR;
}

bool
solver_choice_free(const struct solver_choice *s)
{
	return solver_choice_own(s) && !s->even;
}

double
solver_choice_assumed(const struct solver_choice *s)
{
	return solver_choice_own(s) ? s->assumed : 0;
}

double
solver_choice_disguised(const struct solver_choice *s)
{
	return solver_choice_free(s) ? s->disguised : 0;
}

double
solver_choice_phrases(const struct solver_choice *s, enum model_head_id head)
{
	if (!solver_choice_free(s))
		return 0;
	return head == HEAD_ABUSE ? s->phrases_abuse : s->phrases;
}

struct vectors_order
solver_choice_vectors(const struct solver_choice *s)
{
	struct vectors_order o = {
	    .buckets_log2 = s->buckets_log2 != 0 ? (unsigned)s->buckets_log2
						 : BUCKETS_LOG2_DEFAULT,
	    .disguises = solver_choice_disguised(s) > 0,
	    .seed = (uint64_t)s->seed,
	};
	for (int head = 0; head < MODEL_HEADS; head++)
		o.phrases[head] = solver_choice_phrases(s, head) > 0;
	return o;
}
