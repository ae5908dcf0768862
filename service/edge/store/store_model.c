#include "store_model.h"

#include "store_model_ops.h"
#include "store_ops.h"

int
store_each_model_use(
    struct store_reader *r, const struct model_use_visit *visit, struct err *e)
{
	return r->ops->models->each_use(r, visit, e);
}

int
store_each_shadow_count(struct store_reader *r,
    const struct shadow_count_visit *visit, struct err *e)
{
	return r->ops->models->each_shadow_count(r, visit, e);
}

int
store_each_shadow(
    struct store_reader *r, const struct shadow_visit *visit, struct err *e)
{
	return r->ops->models->each_shadow(r, visit, e);
}

int
store_each_judged(
    struct store_reader *r, const struct judged_visit *visit, struct err *e)
{
	return r->ops->models->each_judged(r, visit, e);
}

int
store_each_drift(
    struct store_reader *r, const struct drift_visit *visit, struct err *e)
{
	return r->ops->models->each_drift(r, visit, e);
}

int
store_count_lessons(struct store_reader *r, int64_t since_ms, int64_t most,
    int64_t *n, struct err *e)
{
	return r->ops->models->count_lessons(r, since_ms, most, n, e);
}
