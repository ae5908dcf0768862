#include "explain.h"

#include "../../core/rules.h"
#include "../../core/utf8.h"

enum { QUOTE_BYTES = 80 };

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

void
explain_place(struct json_out *o, enum reason_field field,
    struct text_range source, const struct comment *c)
{
	struct span quote = field_value(c, field);

	if (field == FIELD_NONE)
		return;
	if (quote.n > 0) /* else p may be NULL */
		quote.p += source.start;
	quote.n = source.end - source.start;
	json_out_text(o, "field", span_of(reason_field_name(field)));
	json_out_integer(o, "start", source.start);
	json_out_integer(o, "end", source.end);
	json_out_text(o, "quote", utf8_prefix(quote, QUOTE_BYTES));
}

/*
 * The entry of a list. Addresses are not told: they would stay with the
 * comment, which has them as pseudonyms only.
 */
static void
put_rule(struct json_out *o, const struct rule *r)
{
	enum rule_kind kind = (enum rule_kind)r->kind;
	const char *effect = rule_effect_name((enum rule_effect)r->effect);

	json_out_open(o, "list", '{');
	json_out_text(o, "id", r->id);
	json_out_text(o, "kind", span_of(rule_kind_name(kind)));
	json_out_text(o, "effect", span_of(effect));
	if (kind != RULE_EMAIL && kind != RULE_IP)
		json_out_text(o, "value", r->value);
	json_out_close(o, '}');
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
	json_out_decimal(o, "weight", r->weight);
	json_out_text(o, "text", span_of(text));
	if (r->own)
		json_out_boolean(o, "own", true);
	if (p->count > 0)
		json_out_integer(o, "count", p->count);
	if (p->gap_ms >= 0)
		json_out_integer(o, "seconds", p->gap_ms / 1000);
	explain_place(o, (enum reason_field)p->field, p->source, c);
	if (r->rule != NULL)
		put_rule(o, r->rule);
	json_out_close(o, '}');
}

void
explain_reasons(
    struct json_out *o, const struct reasons *r, const struct comment *c)
{
	json_out_open(o, "reasons", '[');
	for (uint32_t i = 0; i < r->n; i++)
		put_reason(o, &r->items[i], c);
	json_out_close(o, ']');
}

/* Scores to the last bit: what replays a verdict compares them. */
void
explain_scores(struct json_out *o, const struct verdict *v)
{
	bool judged = false;

	json_out_open(o, "scores", '{');
	for (int h = 0; h < MODEL_HEADS; h++) {
		if (v->scores[h] < 0)
			continue;
		judged = true;
		json_out_real(
		    o, model_head_name((enum model_head_id)h), v->scores[h]);
	}
	json_out_close(o, '}');
	if (!judged)
		return;
	json_out_text(o, "head", span_of(model_head_name(v->head)));
	json_out_decimal(o, "margin", v->margin);
	json_out_decimal(o, "bias", v->bias);
}
