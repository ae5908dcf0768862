#include "listing.h"

#include "../../core/unicode.h"
#include "../../core/utf8.h"
#include "../format/form.h"
#include "../request/query.h"
#include "../request/service.h"
#include "listing_json.h"

enum { PAGE_DEFAULT = 100, PAGE_MAX = 1000, FOLDED_BYTES = 4096 };

/* Which entries are asked for. */
struct selection {
	enum rule_kind kind;     /* RULE_KINDS: any */
	enum rule_effect effect; /* RULE_EFFECTS: any */
	struct span words;       /* in value or note, folded; empty: any */
	char folded[FOLDED_BYTES];
	struct span after; /* id of the last one seen; empty: none */
	uint32_t limit;
	int64_t now_ms;
};

/* `s` in one case, as much as there is room for. */
static struct span
fold(struct span s, char out[FOLDED_BYTES])
{
	uint32_t points[UNICODE_FOLD_MAX], cp;
	size_t n = 0;
	bool bad;

	for (size_t at = 0; at < s.n;) {
		unsigned many;

		at += utf8_read(s, at, &cp, &bad);
		many = unicode_fold(cp, points);
		for (unsigned i = 0; i < many && n + 4 <= FOLDED_BYTES; i++)
			n += utf8_write(points[i], out + n);
	}
	return (struct span){out, n};
}

static bool
has_words(const struct selection *s, struct span text)
{
	char folded[FOLDED_BYTES];
	struct span in = fold(text, folded);

	return memmem(in.p, in.n, s->words.p, s->words.n) != NULL;
}

static bool
is_selected(const struct selection *s, const struct list_entry *l)
{
	if (l->expires_at_ms != 0 && l->expires_at_ms <= s->now_ms)
		return false;
	if (s->kind != RULE_KINDS && s->kind != l->kind)
		return false;
	if (s->effect != RULE_EFFECTS && s->effect != l->effect)
		return false;
	return s->words.n == 0 || has_words(s, l->value) ||
	       has_words(s, l->note);
}

/* Reads the query: 0, or -1 and `e`. */
static int
read_selection(struct selection *s, const struct call *call, struct err *e)
{
	struct form f;
	struct span kind, effect;
	int64_t limit = s->limit;
	bool misfit;

	if (query_read(&f, call, e) != 0)
		return -1;
	kind = form_get(&f, span_of("kind"));
	effect = form_get(&f, span_of("effect"));
	misfit =
	    form_number(form_get(&f, span_of("limit")), 1, PAGE_MAX, &limit);
	s->limit = (uint32_t)limit;
	s->now_ms = clock_unix_ms();
	s->kind = rule_kind_named(kind);
	s->effect = rule_effect_named(effect);
	s->words = fold(form_get(&f, span_of("q")), s->folded);
	s->after = form_get(&f, span_of("after"));
	if (kind.n > 0 && s->kind == RULE_KINDS)
		return err_set(e, ERR_INPUT, "kind: there is no such one");
	if (effect.n > 0 && s->effect == RULE_EFFECTS)
		return err_set(
		    e, ERR_INPUT, "effect: expected allow, hold or block");
	if (misfit)
		return err_set(
		    e, ERR_INPUT, "limit: expected a number from 1 to 1000");
	return 0;
}

/* Whether entry `l` comes behind the last one seen: it is older. */
static bool
is_behind(const struct selection *s, const struct list_entry *l)
{
	size_t n = s->after.n < STORE_ID_BYTES ? s->after.n : STORE_ID_BYTES;

	return s->after.n == 0 || memcmp(l->id, s->after.p, n) < 0;
}

static struct span
write_page(
    const struct selection *s, const struct site_list *list, struct arena *a)
{
	struct span last = {NULL, 0}; /* id of the last one shown */
	uint32_t shown = 0, i = list != NULL ? list->n : 0;
	struct json_out o;

	json_out_begin(&o, a);
	json_out_open(&o, NULL, '{');
	json_out_open(&o, "entries", '[');
	for (; i > 0; i--) {
		const struct list_entry *one = &list->entries[i - 1];

		if (!is_behind(s, one) || !is_selected(s, one))
			continue;
		if (shown == s->limit)
			break;
		list_entry_write(&o, NULL, one);
		last = span_of(one->id);
		shown++;
	}
	json_out_close(&o, ']');
	if (i > 0)
		json_out_text(&o, "next", last);
	else
		json_out_null(&o, "next");
	json_out_close(&o, '}');
	return json_out_end(&o);
}

void
listing_get(const struct call *call)
{
	struct lists *lists = call->worker->service->lists;
	const struct site_list *list;
	struct selection s = {.limit = PAGE_DEFAULT};
	struct err e;

	if (read_selection(&s, call, &e) != 0) {
		problem_answer(call->request, &e, NULL);
		return;
	}
	list = lists_acquire(lists, call->caller.site);
	listing_answer(call, 200, write_page(&s, list, &call->request->arena));
	lists_release(lists, list);
}
