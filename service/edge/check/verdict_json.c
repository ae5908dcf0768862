#include "verdict_json.h"

#include "../format/explain.h"
#include "../format/json_out.h"

static void
put_limits(struct json_out *o, const struct commenter_quota *q)
{
	if (q->limit == 0) {
		json_out_null(o, "limits");
		return;
	}
	json_out_open(o, "limits", '{');
	json_out_integer(o, "limit", q->limit);
	json_out_integer(o, "remaining", q->remaining);
	json_out_integer(o, "reset_s", q->reset_s);
	json_out_close(o, '}');
}

static void
put_degraded(struct json_out *o, const struct verdict_answer *a)
{
	json_out_open(o, "degraded", '[');
	if (a->state_degraded)
		json_out_text(o, NULL, span_of("state"));
	if (a->judge->model == NULL)
		json_out_text(o, NULL, span_of("model"));
	json_out_close(o, ']');
}

/* A member that is null when there is nothing to say. */
static void
put_name(struct json_out *o, const char *key, const char *name)
{
	if (name != NULL)
		json_out_text(o, key, span_of(name));
	else
		json_out_null(o, key);
}

struct span
verdict_write(const struct verdict_answer *a, enum verdict_detail detail,
    struct arena *out)
{
	const struct model *m = a->judge->model;
	struct json_out o;

	json_out_begin(&o, out);
	json_out_open(&o, NULL, '{');
	put_name(&o, "id", a->id);
	put_name(&o, "action", action_name(a->verdict->action));
	if (detail == VERDICT_EXPLAINED) {
		explain_scores(&o, a->verdict);
		explain_reasons(&o, &a->verdict->reasons, a->comment);
	}
	put_name(&o, "model", m != NULL ? m->name : NULL);
	if (m != NULL && m->site != NULL && detail == VERDICT_EXPLAINED)
		json_out_integer(&o, "site_labels", m->site_labels);
	put_degraded(&o, a);
	put_limits(&o, a->quota);
	json_out_close(&o, '}');
	return json_out_end(&o);
}
