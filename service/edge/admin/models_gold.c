#include "models_gold.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "../format/promotion_json.h"
#include "../model/model_file.h"
#include "gold_row.h"
#include "rejudge.h"

/* The gold set on its way through both models. */
struct weighing {
	struct arena *arena;
	struct judge judges[CONTRAST_SIDES]; /* by the models' own cut-offs */
	struct contrast contrast;
	size_t line;
};

static int
weigh_row(struct weighing *w, const struct gold_row *g, struct err *e)
{
	struct verdict v[CONTRAST_SIDES];
	struct contrast_case k = {.truth = g->truth};

	if (rejudge(v, &g->record, w->judges, CONTRAST_SIDES, w->arena) != 0)
		return err_set(e, ERR_TAKEN,
		    "line %zu of the gold set is too large", w->line);
	for (int s = 0; s < CONTRAST_SIDES; s++)
		k.actions[s] = v[s].action;
	contrast_add(&w->contrast, &k);
	return 0;
}

static int
weigh_line(struct weighing *w, struct span line, struct err *e)
{
	struct gold_row g;
	int failed = gold_row_read(&g, line, e);

	if (!failed)
		failed = weigh_row(w, &g, e);
	else if (e->code != ERR_DOWN)
		err_set(e, ERR_TAKEN,
		    "line %zu of the gold set is no labelled comment", w->line);
	gold_row_release(&g);
	return failed;
}

static int
refuse_unread(struct err *e)
{
	return err_set(e, ERR_TAKEN, "the gold set cannot be read: %s",
	    strerrordesc_np(errno));
}

static int
weigh_file(struct weighing *w, FILE *f, struct err *e)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	int failed = 0;

	while (!failed && (n = getline(&line, &room, f)) >= 0) {
		w->line++;
		n -= n > 0 && line[n - 1] == '\n';
		if (n > 0)
			failed =
			    weigh_line(w, (struct span){line, (size_t)n}, e);
	}
	if (!failed && ferror(f))
		failed = refuse_unread(e);
	else if (!failed && contrast_total(&w->contrast) == 0)
		failed = err_set(e, ERR_TAKEN, "the gold set has no rows");
	free(line);
	return failed;
}

/* The first thing that speaks against it, and how many more do. */
static int
object(const struct weighing *w, const char *folder, struct err *e)
{
	struct promotion_budget budget = promotion_budget(folder);
	json_t *list = promotion_json(&w->contrast, &budget);
	size_t n = json_array_size(list);
	const json_t *first = json_array_get(list, 0);

	if (n > 0)
		err_set(e, ERR_TAKEN, "on the gold set %s%s",
		    json_string_value(json_object_get(first, "detail")),
		    n > 1 ? ", and more speaks against it" : "");
	json_decref(list);
	return n > 0 ? -1 : 0;
}

static int
weigh(struct model_job *j, const struct model *old, const char *folder, FILE *f,
    struct err *e)
{
	struct weighing w = {.arena = &j->call.request->arena};
	struct model *fresh = model_file_load(folder, e);
	int failed;

	if (fresh == NULL) /* promoting it says so, too */
		return 0;
	w.judges[CONTRAST_OLD].model = old;
	w.judges[CONTRAST_NEW].model = fresh;
	failed = weigh_file(&w, f, e);
	model_file_free(fresh);
	return failed ? -1 : object(&w, folder, e);
}

int
models_gold_allows(struct model_job *j, struct err *e)
{
	struct model_slot *slot = j->call.worker->service->models;
	char folder[MODEL_PATH_BYTES], path[MODEL_PATH_BYTES + 16];
	const struct model *old;
	int failed;
	FILE *f;

	if (model_job_path(j, folder, e) != 0)
		return -1;
	snprintf(path, sizeof(path), "%s/../gold.jsonl", folder);
	f = fopen(path, "re");
	if (f == NULL)
		return errno == ENOENT ? 0 : refuse_unread(e);
	old = model_slot_acquire(slot);
	failed = old != NULL ? weigh(j, old, folder, f, e)
			     : err_set(e, ERR_TAKEN,
				   "no model is in use with which the gold "
				   "set could compare it; force puts this one "
				   "in use");
	model_slot_release(slot, old);
	fclose(f);
	return failed;
}
