#include "verdict_json.h"

#include "explain.h"
#include "json_out.h"

/* How much of the tighter limit is left in this window. */
static void
put_limits(struct json_out *o, const struct verdict_answer *a)
{
	int64_t window_ms = COUNTERS_WINDOW_S * INT64_C(1000);
	const struct {
		uint32_t limit, count;
	} rows[] = {
	    {a->judge->limits.author, a->signals->of[SIGNAL_AUTHOR].count},
	    {a->judge->limits.ip, a->signals->of[SIGNAL_IP].count},
	};
	int64_t limit = 0, left = INT64_MAX;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t rest = (int64_t)rows[i].limit - rows[i].count;

		if (rows[i].limit == 0 || rows[i].count == 0 || rest >= left)
			continue;
		limit = rows[i].limit;
		left = rest;
	}
	if (limit == 0) {
		json_out_null(o, "limits");
		return;
	}
	json_out_open(o, "limits", '{');
	json_out_integer(o, "limit", limit);
	json_out_integer(o, "remaining", left > 0 ? left : 0);
	json_out_integer(
	    o, "reset_s", (window_ms - a->at_ms % window_ms + 999) / 1000);
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
	put_degraded(&o, a);
	put_limits(&o, a);
	json_out_close(&o, '}');
	return json_out_end(&o);
}
