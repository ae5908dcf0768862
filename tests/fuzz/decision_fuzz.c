/*
 * Any bytes as what somebody decides: what is taken is within its bounds and
 * is written as JSON that says the same, what is not is named.
 */
#include <jansson.h>

#include "../../service/core/utf8.h"
#include "../../service/edge/format/json.h"
#include "../../service/edge/review/decision_json.h"
#include "arena.h"

enum { ARENA_PER_BYTE = 16, ARENA_LEAST = 1 << 13 };

static bool
same(json_t *o, const char *name, struct span text)
{
	json_t *v = json_object_get(o, name);

	return text.n == 0 ? v == NULL
			   : span_equal((struct span){json_string_value(v),
					    json_string_length(v)},
				 text);
}

/* Writes what was taken, and reads that back. */
static void
check(const struct decision_wish *w, struct arena *a)
{
	struct decision d = {
	    .id = "01ARZ3NDEKTSV4RRFFQ69G5FAV",
	    .kind = w->kind,
	    .learn = w->learn,
	    .comment = span_of("01ARZ3NDEKTSV4RRFFQ69G5FAV"),
	    .reason = w->reason,
	    .note = w->note,
	};
	struct span text = decision_answer(&d, COMMENT_HELD, "decision", a);
	struct err e;
	json_t *o, *told;

	if (text.p == NULL)
		return;
	require(utf8_valid(text));
	o = json_read(text, &e);
	told = json_object_get(o, "decision");
	require(same(told, "reason", w->reason) && same(told, "note", w->note));
	require(same(told, "decision", span_of(decision_name(w->kind))));
	json_decref(o);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t room = ARENA_LEAST + ARENA_PER_BYTE * size;
	struct problem_field field = {0};
	struct decision_wish w;
	struct arena a;
	struct err e;
	json_t *body = json_read(input_of(data, size), &e);

	arena_open(&a, size % 5 == 0 ? room * (size % 64) / 64 : room);
	if (body != NULL && decision_wish_read(&w, body, &a, &field, &e) == 0) {
		require(w.reason.n <= 64 && w.note.n <= 2048);
		check(&w, &a);
	} else if (e.code == ERR_FIELD) {
		require(field.detail[0] != '\0');
	}
	json_decref(body);
	arena_drop(&a);
	return 0;
}
