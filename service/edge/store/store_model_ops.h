/*
 * What a backend has to do for the verbs of store_model.h, store_drift.h and
 * store_lessons.h.
 * Seen by store_model.c and the backends only.
 */
#ifndef EDGE_STORE_MODEL_OPS_H
#define EDGE_STORE_MODEL_OPS_H

#include "store_drift.h"
#include "store_lessons.h"
#include "store_model.h"

struct store_model_ops {
	int (*each_use)(struct store_reader *r,
	    const struct model_use_visit *visit, struct err *e);
	int (*each_shadow_count)(struct store_reader *r,
	    const struct shadow_count_visit *visit, struct err *e);
	int (*each_shadow)(struct store_reader *r,
	    const struct shadow_visit *visit, struct err *e);
	int (*each_judged)(struct store_reader *r,
	    const struct judged_visit *visit, struct err *e);
	int (*count_lessons)(struct store_reader *r, int64_t since_ms,
	    int64_t most, int64_t *n, struct err *e);
	int (*each_drift)(struct store_reader *r,
	    const struct drift_visit *visit, struct err *e);
};

#endif
