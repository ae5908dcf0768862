#include "reference.h"

#include <stdlib.h>

#include "../service/core/drift.h"
#include "../service/edge/model/model_file.h"
#include "replay.h"

static json_t *
shares_json(const uint32_t *counts, uint32_t n)
{
	json_t *array = json_array();
	for (int i = 0; i < DRIFT_BINS; i++)
		json_array_append_new(
		    array, json_real(n > 0 ? (double)counts[i] / n : 0));
	return array;
}

static json_t *
counts_json(const struct drift_counts *c)
{
	json_t *scores = json_object(), *groups = json_object();
	for (int h = 0; h < MODEL_HEADS; h++)
		json_object_set_new(scores, model_head_name(h),
		    shares_json(c->scores[h], c->n));
	for (int g = 0; g < DRIFT_GROUPS; g++)
		if (c->groups[g] > 0)
			json_object_set_new(groups, reason_name(g),
			    json_real((double)c->groups[g] / c->n));
	return json_pack("{s:I,s:o,s:o,s:o}", "n", (json_int_t)c->n, "scores",
	    scores, "unseen", shares_json(c->unseen, c->n), "groups", groups);
}

/* What goes on while rows pass. */
struct passage {
	struct replay *replay;
	struct judge judge;
	long fold;
	struct drift_counts counts;
};

/* Counts `row` and, if it is asked about, what is made of it. */
static int
take(struct passage *p, const struct row *row, struct err *e)
{
	struct replayed got;
	struct verdict v;
	if (replay_row(p->replay, &got, row, e) < 0)
		return -1;
	if (p->fold != REFERENCE_ALL && row->fold != p->fold)
		return 0;
	if (moderate_judge(
		&v, &got.reading, &got.signals, &p->judge, got.arena) < 0)
		return replay_too_large(row, e);
	struct drift_sample s = drift_sample_of(&v);
	drift_add(&p->counts, &s);
	return 0;
}

json_t *
reference_json(
    const char *folder, const struct corpus *c, long fold, struct err *e)
{
	struct model *model = model_file_load(folder, e);
	if (model == NULL)
		return NULL;
	struct passage p = {replay_open(), {.model = model}, fold, {0}};
	struct corpus_view view = {c};
	size_t *order = replay_order(c);
	int failed = 0;
	for (size_t i = 0; i < c->n && !failed; i++)
		failed = take(&p, corpus_row(&view, order[i]), e);
	free(order);
	corpus_look_away(&view);
	replay_close(p.replay);
	model_file_free(model);
	return failed ? NULL : counts_json(&p.counts);
}
