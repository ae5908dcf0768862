#include "about.h"

#include <math.h>

#include "../service/edge/format/promotion_json.h"
#include "../service/edge/format/rfc3339.h"
#include "card.h"
#include "output.h"

/* Rows per label of one set. */
static json_t *
set_json(const struct corpus *c, size_t set)
{
	json_int_t counts[LABELS] = {0};
	bool text_only = false;
	for (size_t i = 0; i < c->n; i++)
		if (c->rows[i].set == set) {
			counts[c->rows[i].label]++;
			text_only = c->rows[i].text_only;
		}
	json_t *o = json_object();
	json_object_set_new(
	    o, "set", json_stringn(c->names[set].p, c->names[set].n));
	for (int l = LABEL_NONE + 1; l < LABELS; l++)
		if (counts[l] != 0)
			json_object_set_new(
			    o, label_name(l), json_integer(counts[l]));
	if (counts[LABEL_NONE] != 0)
		json_object_set_new(
		    o, "unlabelled", json_integer(counts[LABEL_NONE]));
	json_object_set_new(o, "text_only", json_boolean(text_only));
	return o;
}

static json_t *
sets_json(const struct corpus *c)
{
	json_t *array = json_array();
	for (size_t i = 0; i < c->n_names; i++)
		json_array_append_new(array, set_json(c, i));
	return array;
}

static json_t *
settings_json(const struct about *a)
{
	struct solver_options o = solver_choice_options(a->solver, HEAD_SPAM);
	json_t *hold_out =
	    a->hold_out < 0 ? json_null() : json_integer(a->hold_out);
	return json_pack("{s:s,s:s,s:f,s:f,s:f,s:f,s:f,s:f,s:f,s:f,s:i,s:i,s:i,"
			 "s:o,s:f,s:f,s:"
			 "f}",
	    "solver", o.solver, "loss",
	    o.loss == LOSS_HINGE ? "hinge" : "squared", "c", o.c, "c_abuse",
	    a->solver->c_abuse, "disguised", solver_choice_disguised(a->solver),
	    "phrases", solver_choice_phrases(a->solver, HEAD_SPAM),
	    "phrases_abuse", solver_choice_phrases(a->solver, HEAD_ABUSE),
	    "assumed", solver_choice_assumed(a->solver), "excerpt",
	    a->solver->excerpt, "bias_feature", o.bias_feature, "seed",
	    (int)o.seed, "buckets_log2", (int)a->model->buckets_log2,
	    "features", FEATURES_VERSION, "hold_out_fold", hold_out,
	    "budget_hold", a->budgets[HEAD_SPAM].hold, "budget_hold_abuse",
	    a->budgets[HEAD_ABUSE].hold, "budget_reject",
	    a->budgets[HEAD_SPAM].reject);
}

/* A cut-off: its margin, how many good rows come to it, and the 95 % upper
 * bound of their share. */
static json_t *
cut_off_json(double margin, size_t above, size_t n_good)
{
	if (!isfinite(margin))
		return json_null();
	return json_pack("{s:f,s:I,s:f}", "margin", margin, "good_above",
	    (json_int_t)above, "good_share_at_most",
	    metrics_clopper_pearson(above, n_good, 0.95));
}

static json_t *
budgets_json(const struct model_head *h, const struct above *above)
{
	size_t n = (size_t)h->calibrated_on;
	json_t *array = json_array();
	for (int i = 0; i < MODEL_BUDGETS; i++)
		json_array_append_new(array,
		    json_pack("{s:f,s:o}", "budget", model_budgets[i],
			"cut_off",
			cut_off_json(h->budgeted[i], above->budgeted[i], n)));
	return array;
}

static json_t *
head_json(const struct model_head *h, const struct above *above, size_t copies)
{
	size_t n = (size_t)h->calibrated_on;
	json_t *o = json_pack("{s:I,s:I,s:I,s:f,s:f,s:f}", "trained_on",
	    (json_int_t)h->trained_on, "copies_in_disguise", (json_int_t)copies,
	    "calibrated_on_good", (json_int_t)h->calibrated_on, "bias", h->bias,
	    "platt_a", h->platt_a, "platt_b", h->platt_b);
	json_object_set_new(o, "hold", cut_off_json(h->hold, above->hold, n));
	json_object_set_new(
	    o, "reject", cut_off_json(h->reject, above->reject, n));
	json_object_set_new(
	    o, "discard", cut_off_json(h->discard, above->discard, n));
	json_object_set_new(o, "budgets", budgets_json(h, above));
	json_object_set_new(
	    o, "calibration", reliability_json(above->reliability));
	return o;
}

/* Those that learned nothing are told as by the card of the model that they
 * are of, which knows what was asked of them; without it, not at all. */
static json_t *
heads_json(const struct about *a)
{
	json_t *heads = json_object(), *was = NULL;
	struct err ignored;
	if (a->from != NULL) {
		char *path = output_path(a->origin, "card.json");
		was = card_read(path, &ignored);
		free(path);
	}
	for (int h = 0; h < MODEL_HEADS; h++) {
		const char *name = model_head_name(h);
		json_t *kept =
		    json_object_get(json_object_get(was, "heads"), name);
		if (a->taught[h])
			json_object_set_new(heads, name,
			    head_json(&a->model->heads[h], &a->above[h],
				a->copies[h]));
		else if (kept != NULL)
			json_object_set(heads, name, kept);
	}
	json_decref(was);
	return heads;
}

/* When the last of what it learned was decided, or its origin did; 0: never. */
static int64_t
decided_until(const struct about *a)
{
	struct corpus_view view = {a->corpus};
	int64_t last_ms =
	    a->origin != NULL ? promotion_learned_until(a->origin) : 0;
	for (size_t i = 0; i < a->corpus->n; i++) {
		if (a->roles[i] != ROLE_TRAIN)
			continue;
		int64_t at_ms = corpus_row(&view, i)->decided_at_ms;
		last_ms = at_ms > last_ms ? at_ms : last_ms;
	}
	corpus_look_away(&view);
	return last_ms;
}

void
about_put(json_t *card, const struct about *a)
{
	json_t *figures = json_object();
	json_object_set_new(figures,
	    a->hold_out < 0 ? "cross_validated" : "held_out",
	    figures_json(a->figures));
	json_object_set_new(card, "name", json_string(a->model->name));
	json_object_set_new(card, "trained_on", sets_json(a->corpus));
	json_object_set_new(card, "settings", settings_json(a));
	int64_t until_ms = decided_until(a);
	if (until_ms > 0) {
		char time[RFC3339_BYTES];
		rfc3339_write(until_ms, time);
		json_object_set_new(card, "decided_until", json_string(time));
	}
	if (a->from != NULL)
		json_object_set_new(card, "from", json_string(a->from));
	json_object_set_new(card, "heads", heads_json(a));
	json_object_set_new(card, "figures", figures);
}
