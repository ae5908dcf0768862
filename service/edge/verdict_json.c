#include "verdict_json.h"

#include "../core/utf8.h"
#include "json.h"

enum { QUOTE_BYTES = 80, REASON_TEXT_BYTES = 160 };

static struct span
field_value(const struct comment *c, enum reason_field field)
{
	switch (field) {
	case FIELD_CONTENT:
		return c->content;
	case FIELD_AUTHOR_NAME:
		return c->author.name;
	case FIELD_AUTHOR_URL:
		return c->author.url;
	case FIELD_NONE:
		break;
	}
	return (struct span){NULL, 0};
}

/* Where the reason stands, and the words themselves, cut if long. */
static void
add_place(json_t *o, const struct part *p, const struct comment *c)
{
	struct span whole = field_value(c, (enum reason_field)p->field);
	struct span quote = {
	    whole.p + p->source.start, p->source.end - p->source.start};

	json_object_set_new(o, "field",
	    json_string(reason_field_name((enum reason_field)p->field)));
	json_object_set_new(o, "start", json_integer(p->source.start));
	json_object_set_new(o, "end", json_integer(p->source.end));
	json_object_set_new(
	    o, "quote", json_span(utf8_prefix(quote, QUOTE_BYTES)));
}

static json_t *
reason_to_json(const struct reason *r, const struct comment *c)
{
	const struct part *p = &r->part;
	char text[REASON_TEXT_BYTES];
	json_t *o;

	reason_text(r, text, sizeof(text));
	o = json_pack("{s:s, s:f, s:s}", "code",
	    reason_name((enum reason_code)p->code), "weight", r->weight, "text",
	    text);
	if (p->count > 0)
		json_object_set_new(o, "count", json_integer(p->count));
	if (p->gap_ms >= 0)
		json_object_set_new(
		    o, "seconds", json_integer(p->gap_ms / 1000));
	if (p->field != FIELD_NONE)
		add_place(o, p, c);
	return o;
}

static json_t *
reasons_to_json(const struct verdict_answer *a)
{
	const struct reasons *r = &a->verdict->reasons;
	json_t *list = json_array();

	for (uint32_t i = 0; i < r->n; i++)
		json_array_append_new(
		    list, reason_to_json(&r->items[i], a->comment));
	return list;
}

static json_t *
scores_to_json(const struct verdict *v)
{
	json_t *o = json_object();

	for (int h = 0; h < MODEL_HEADS; h++)
		if (v->scores[h] >= 0)
			json_object_set_new(o,
			    model_head_name((enum model_head_id)h),
			    json_real(v->scores[h]));
	return o;
}

static void
explain(json_t *o, const struct verdict_answer *a)
{
	const struct verdict *v = a->verdict;

	json_object_set_new(o, "scores", scores_to_json(v));
	if (a->judge->model != NULL) {
		json_object_set_new(
		    o, "head", json_string(model_head_name(v->head)));
		json_object_set_new(o, "margin", json_real(v->margin));
		json_object_set_new(o, "bias", json_real(v->bias));
	}
	json_object_set_new(o, "reasons", reasons_to_json(a));
}

/* How much of the tighter limit is left in this window. */
static json_t *
limits_to_json(const struct verdict_answer *a)
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
	if (limit == 0)
		return json_null();
	return json_pack("{s:I, s:I, s:I}", "limit", (json_int_t)limit,
	    "remaining", (json_int_t)(left > 0 ? left : 0), "reset_s",
	    (json_int_t)((window_ms - a->at_ms % window_ms + 999) / 1000));
}

static json_t *
degraded_to_json(const struct verdict_answer *a)
{
	json_t *list = json_array();

	if (a->state_degraded)
		json_array_append_new(list, json_string("state"));
	if (a->judge->model == NULL)
		json_array_append_new(list, json_string("model"));
	return list;
}

static json_t *
verdict_to_json(const struct verdict_answer *a, enum verdict_detail detail)
{
	const struct model *m = a->judge->model;
	json_t *o = json_pack("{s:s?, s:s}", "id", a->id, "action",
	    action_name(a->verdict->action));

	if (detail == VERDICT_EXPLAINED)
		explain(o, a);
	json_object_set_new(
	    o, "model", m != NULL ? json_string(m->name) : json_null());
	json_object_set_new(o, "degraded", degraded_to_json(a));
	json_object_set_new(o, "limits", limits_to_json(a));
	return o;
}

struct span
verdict_write(const struct verdict_answer *a, enum verdict_detail detail,
    struct arena *out)
{
	json_t *o = verdict_to_json(a, detail);
	struct span bytes = json_write(o, out);

	json_decref(o);
	return bytes;
}
