#include "verdict_json.h"

#include "../service/core/utf8.h"

enum { QUOTE_BYTES_MAX = 200 };

static json_t *
text_json(struct span s)
{
	return json_stringn(s.n != 0 ? s.p : "", s.n);
}

static struct span
field_of(const struct comment *c, enum reason_field field)
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
	return (struct span){0};
}

static void
add_place(json_t *o, const struct part *part, const struct comment *c)
{
	const char *name = reason_field_name(part->field);
	struct span field = field_of(c, part->field);
	struct text_range at = part->source;
	if (name == NULL || at.end > field.n || at.start >= at.end)
		return;
	struct span quote = {field.p + at.start, at.end - at.start};
	json_object_set_new(o, "field", json_string(name));
	json_object_set_new(o, "start", json_integer(at.start));
	json_object_set_new(o, "end", json_integer(at.end));
	json_object_set_new(
	    o, "quote", text_json(utf8_prefix(quote, QUOTE_BYTES_MAX)));
}

static json_t *
reason_json(const struct reason *r, const struct comment *c)
{
	char words[160];
	reason_text(r, words, sizeof(words));
	json_t *o = json_object();
	json_object_set_new(o, "code", json_string(reason_name(r->part.code)));
	json_object_set_new(o, "weight", json_real(r->weight));
	json_object_set_new(o, "text", json_string(words));
	if (r->part.count != 0)
		json_object_set_new(o, "count", json_integer(r->part.count));
	if (r->part.gap_ms >= 0)
		json_object_set_new(
		    o, "seconds", json_integer(r->part.gap_ms / 1000));
	add_place(o, &r->part, c);
	return o;
}

static json_t *
reasons_json(const struct reasons *r, const struct comment *c)
{
	json_t *array = json_array();
	for (uint32_t i = 0; i < r->n; i++)
		json_array_append_new(array, reason_json(&r->items[i], c));
	return array;
}

json_t *
verdict_json(const struct verdict *v, const struct comment *c, bool why)
{
	json_t *o = json_object(), *scores = json_object();
	json_object_set_new(o, "id", text_json(c->id));
	json_object_set_new(o, "action", json_string(action_name(v->action)));
	for (int h = 0; h < MODEL_HEADS; h++)
		if (v->scores[h] >= 0)
			json_object_set_new(scores, model_head_name(h),
			    json_real(v->scores[h]));
	json_object_set_new(o, "scores", scores);
	json_object_set_new(o, "head", json_string(model_head_name(v->head)));
	json_object_set_new(o, "margin", json_real(v->margin));
	json_object_set_new(o, "bias", json_real(v->bias));
	if (why)
		json_object_set_new(o, "reasons", reasons_json(&v->reasons, c));
	return o;
}
