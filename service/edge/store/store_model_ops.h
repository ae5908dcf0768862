/*
 * What a backend has to do for the verbs of store_model.h and store_drift.h.
 * Seen by store_model.c and the backends only.
 */
#ifndef EDGE_STORE_MODEL_OPS_H
#define EDGE_STORE_MODEL_OPS_H

#include "store_drift.h"
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
	int (*each_drift)(struct store_reader *r,
	    const struct drift_visit *visit, struct err *e);
};

#endif
