#include "listing.h"

#include "../../core/moderate.h"
#include "../check/comment_json.h"
#include "../format/explain.h"
#include "../format/json.h"
#include "../request/service.h"
#include "listing_json.h"

enum { TRIED_MAX = 64 };

/* The entry that a rule was made of. */
static const struct list_entry *
entry_of(const struct site_list *list, const struct rule *rule)
{
	uint32_t i = 0;

	while (!span_equal(span_of(list->entries[i].id), rule->id))
		i++;
	return &list->entries[i];
}

/* What was hit; `missed`: of what was tried. */
static struct span
write_hits(const struct rule_hits *hits, bool missed,
    const struct site_list *list, const struct comment *c, struct arena *a)
{
	struct json_out o;

	json_out_begin(&o, a);
	json_out_open(&o, NULL, '{');
	if (hits->n > 0)
		json_out_text(&o, "effect",
		    span_of(rule_effect_name(
			(enum rule_effect)hits->items[0].rule->effect)));
	else
		json_out_null(&o, "effect");
	json_out_open(&o, "matches", '[');
	for (uint32_t i = 0; i < hits->n; i++) {
		const struct rule_hit *hit = &hits->items[i];

		json_out_open(&o, NULL, '{');
		list_entry_write(&o, "entry", entry_of(list, hit->rule));
		explain_place(&o, hit->field, hit->source, c);
		json_out_close(&o, '}');
	}
	json_out_close(&o, ']');
	if (missed)
		json_out_boolean(&o, "untried", true);
	json_out_close(&o, '}');
	return json_out_end(&o);
}

/* Matches the comment with the list in use, and answers. */
static void
match(const struct call *call, const struct comment *c)
{
	struct arena *a = &call->request->arena;
	struct lists *lists = call->worker->service->lists;
	const struct site_list *list;
	struct rule_hit items[TRIED_MAX];
	struct rule_hits hits = {items, 0, TRIED_MAX};
	struct text text;
	struct span body = {NULL, 0};
	int missed = -1;

	list = lists_acquire(lists, call->caller.site);
	if (text_normalise(&text, c->content, c->format, a) == 0)
		missed = lists_match(list,
		    &(struct rule_case){c, &text, clock_unix_ms()}, false,
		    &hits, a);
	if (missed >= 0)
		body = write_hits(&hits, missed, list, c, a);
	lists_release(lists, list);
	listing_answer(call, 200, body);
}

void
listing_try(const struct call *call)
{
	struct http_request *r = call->request;
	struct problem_field field;
	struct comment c;
	struct err e;
	const struct json_in *body = json_in_read(r->body, &r->arena, &e);

	if (body == NULL) {
		problem_answer(r, &e, NULL);
	} else if (comment_from_json(&c, body, "", &field) == 0) {
		match(call, &c);
	} else {
		err_set(&e, ERR_FIELD, "the comment is not what was expected");
		problem_answer(r, &e, &field);
	}
}
