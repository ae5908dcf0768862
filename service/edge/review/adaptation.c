#include "adaptation.h"

#include <math.h>

#include "../request/reply.h"

/* A probability; null: no margin comes there. */
static json_t *
cut_json(const struct model_head *h, double margin)
{
	return isfinite(margin) ? json_real(model_probability(h, margin))
				: json_null();
}

/* NULL: no room. */
static json_t *
head_json(const struct adapt_head *h)
{
	double mixed = h->shares[ADAPT_WHOLE] + h->shares[ADAPT_HALF] +
		       h->shares[ADAPT_QUARTER];

	if (h->labels == 0)
		return json_null();
	return json_pack("{s:I, s:I, s:b, s:{s:f,s:f,s:f},"
			 " s:{s:f,s:f,s:f,s:f}, s:{s:o,s:o}}",
	    "labels", (json_int_t)h->labels, "bad", (json_int_t)h->bad,
	    "mistakes", h->mistakes, "shares", "model", h->shares[ADAPT_MODEL],
	    "mixed", mixed, "site", h->shares[ADAPT_SITE], "auc", "model",
	    h->auc[ADAPT_MODEL], "mixed", h->auc[ADAPT_HALF], "site",
	    h->auc[ADAPT_SITE], "chosen", h->auc_mixed, "cutoffs", "hold",
	    cut_json(&h->head, h->head.hold), "reject",
	    cut_json(&h->head, h->head.reject));
}

void
adaptation_get(const struct call *call)
{
	static const struct adapt_head none = {.labels = 0};
	struct site_models *models = call->worker->service->site_models;
	const struct model *m = site_models_acquire(models, call->caller.site);
	const struct site_model *learned = site_models_of(m);
	json_t *heads = json_object();

	for (int h = 0; h < MODEL_HEADS; h++)
		json_object_set_new(heads,
		    model_head_name((enum model_head_id)h),
		    head_json(learned != NULL ? &learned->heads[h] : &none));
	reply_json(call, 200,
	    json_pack("{s:b, s:i, s:i, s:o}", "adapt",
		call->caller.settings.adapt, "needed", ADAPT_LABELS_MIN,
		"labels", learned != NULL ? (int)learned->labels : 0, "heads",
		heads));
	site_models_release(models, m);
}
