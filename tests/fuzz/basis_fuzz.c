/*
 * Any bytes as the JSON of what a comment was judged by: what is taken, is
 * written and read as the same again.
 */

#include "../../service/edge/format/basis_json.h"
#include "../../service/edge/format/json.h"
#include "arena.h"

enum { ROOM = 4096 };

/* Once is not worth writing. */
static struct signal
worth_writing(struct signal s)
{
	return s.count < 2 ? (struct signal){.gap_ms = -1} : s;
}

static void
check_same_site(const struct basis *a, const struct basis *b)
{
	require(a->site_labels == b->site_labels);
	for (int h = 0; h < MODEL_HEADS; h++) {
		const struct model_say *x = &a->site[h], *y = &b->site[h];

		require(a->shifted[h] == b->shifted[h]);
		require(!a->shifted[h] ||
			(x->bias == y->bias && x->scale == y->scale &&
			    x->added == y->added));
	}
}

static void
check_same(const struct basis *a, const struct basis *b)
{
	require(a->signals.known == b->signals.known);
	for (int k = 0; a->signals.known && k < SIGNALS; k++) {
		struct signal s = worth_writing(a->signals.of[k]);

		require(s.count == b->signals.of[k].count);
		require(s.gap_ms == b->signals.of[k].gap_ms);
	}
	require(a->signals.trust == b->signals.trust);
	require(a->fill_ms == b->fill_ms && a->fill_ms >= -1);
	require(a->email == b->email && a->honeypot == b->honeypot);
	require(a->cut == b->cut);
	require(span_equal(a->agent, b->agent));
	require(strcmp(a->model, b->model) == 0);
	check_same_site(a, b);
}

static void
check(const struct basis *b, size_t room)
{
	struct comment c = {0};
	struct basis again;
	struct span text;
	struct arena a;
	struct err e;
	json_t *o;

	arena_open(&a, room);
	text = basis_write(b, &a);
	require(text.p != NULL || room < ROOM);
	if (text.p != NULL) {
		o = json_read(text, &e);
		require(basis_read(&again, o) == NULL);
		check_same(b, &again);
		json_decref(o);
	}
	basis_restore(b, &c);
	require(c.fill_ms == b->fill_ms && (c.author.email.n > 0) == b->email);
	arena_drop(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = input_of(data, size);
	size_t room = take_byte(&in) % 4 == 0 ? take_byte(&in) : ROOM;
	struct basis b;
	struct err e;
	json_t *o = json_read(in, &e);

	if (basis_read(&b, o) == NULL)
		check(&b, room);
	json_decref(o);
	return 0;
}
