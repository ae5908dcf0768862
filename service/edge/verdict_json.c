#include "verdict_json.h"

#include "../core/utf8.h"
#include "json_out.h"

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
put_place(struct json_out *o, const struct part *p, const struct comment *c)
{
	enum reason_field field = (enum reason_field)p->field;
	struct span quote = {
	    field_value(c, field).p + p->source.start,
	    p->source.end - p->source.start,
	};

	json_out_text(o, "field", span_of(reason_field_name(field)));
	json_out_integer(o, "start", p->source.start);
	json_out_integer(o, "end", p->source.end);
	json_out_text(o, "quote", utf8_prefix(quote, QUOTE_BYTES));
}

static void
put_reason(struct json_out *o, const struct reason *r, const struct comment *c)
{
	const struct part *p = &r->part;
	const char *code = reason_name((enum reason_code)p->code);
	char text[REASON_TEXT_BYTES];

	reason_text(r, text, sizeof(text));
	json_out_open(o, NULL, '{');
	json_out_text(o, "code", span_of(code));
	json_out_real(o, "weight", r->weight);
	json_out_text(o, "text", span_of(text));
	if (p->count > 0)
		json_out_integer(o, "count", p->count);
	if (p->gap_ms >= 0)
		json_out_integer(o, "seconds", p->gap_ms / 1000);
	if (p->field != FIELD_NONE)
		put_place(o, p, c);
	json_out_close(o, '}');
}

static void
put_reasons(struct json_out *o, const struct verdict_answer *a)
{
	const struct reasons *r = &a->verdict->reasons;

	json_out_open(o, "reasons", '[');
	for (uint32_t i = 0; i < r->n; i++)
		put_reason(o, &r->items[i], a->comment);
	json_out_close(o, ']');
}

static void
put_scores(struct json_out *o, const struct verdict *v)
{
	json_out_open(o, "scores", '{');
	for (int h = 0; h < MODEL_HEADS; h++)
		if (v->scores[h] >= 0)
			json_out_real(o, model_head_name((enum model_head_id)h),
			    v->scores[h]);
	json_out_close(o, '}');
}

static void
explain(struct json_out *o, const struct verdict_answer *a)
{
	const struct verdict *v = a->verdict;

	put_scores(o, v);
	if (a->judge->model != NULL) {
		json_out_text(o, "head", span_of(model_head_name(v->head)));
		json_out_real(o, "margin", v->margin);
		json_out_real(o, "bias", v->bias);
	}
	put_reasons(o, a);
}

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
	if (detail == VERDICT_EXPLAINED)
		explain(&o, a);
	put_name(&o, "model", m != NULL ? m->name : NULL);
	put_degraded(&o, a);
	put_limits(&o, a);
	json_out_close(&o, '}');
	return json_out_end(&o);
}
