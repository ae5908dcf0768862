/*
 * Any bytes as the JSON of an entry of a list: what is taken is within its
 * bounds and, written, is read as the same again; what is not is named.
 */
#include <jansson.h>

#include "../../service/core/utf8.h"
#include "../../service/edge/format/json.h"
#include "../../service/edge/review/listing_json.h"
#include "arena.h"

enum { ARENA_BYTES = 1 << 14, NOW_MS = 1 };

static struct span
written(const struct list_entry *l, struct arena *a)
{
	struct json_out o;

	json_out_begin(&o, a);
	list_entry_write(&o, NULL, l);
	return json_out_end(&o);
}

static void
check_same(const struct list_entry *l, const struct list_entry *m)
{
	require(l->kind == m->kind && l->effect == m->effect);
	require(l->expires_at_ms == m->expires_at_ms);
	require(span_equal(l->value, m->value) && span_equal(l->note, m->note));
}

/* What was written says more than may be asked for. */
static void
check_again(const struct list_entry *l, struct span text)
{
	static const char *const told[] = {"id", "created_at", "created_by"};
	struct list_entry m = list_entry_blank();
	struct problem_field misfit;
	struct err e;
	json_t *o = json_read(text, &e);

	require(o != NULL && utf8_valid(text));
	for (size_t i = 0; i < sizeof(told) / sizeof(*told); i++)
		require(json_object_del(o, told[i]) == 0);
	require(list_entry_read(&m, o, NOW_MS, "", &misfit) == 0);
	check_same(l, &m);
	json_decref(o);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct list_entry l = list_entry_blank();
	struct problem_field misfit = {0};
	struct span text;
	struct arena a;
	struct err e;
	json_t *o = json_read(input_of(data, size), &e);

	if (o == NULL)
		return 0;
	arena_open(&a, ARENA_BYTES);
	if (list_entry_read(&l, o, NOW_MS, "", &misfit) == 0) {
		require(l.value.n > 0 && l.value.n <= RULE_VALUE_BYTES_MAX);
		require(l.note.n <= LIST_NOTE_BYTES_MAX);
		require(l.kind < RULE_KINDS && l.effect < RULE_EFFECTS);
		text = written(&l, &a);
		require(text.p != NULL);
		check_again(&l, text);
	} else {
		require(misfit.detail[0] != '\0');
	}
	json_decref(o);
	arena_drop(&a);
	return 0;
}
