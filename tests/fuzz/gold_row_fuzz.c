/*
 * Any bytes as a line of the gold set: what is taken has a text, is judged
 * like any record, and twice the same; what is not says why.
 */
#include "../../service/core/utf8.h"
#include "../../service/edge/admin/gold_row.h"
#include "../../service/edge/admin/rejudge.h"
#include "arena.h"
#include "tiny_model.h"

enum { ARENA_PER_BYTE = 512, ARENA_LEAST = 1 << 18 };

/* With `room` bytes to work in, of which `enough` are enough. */
static void
judge(const struct gold_row *g, size_t room, size_t enough)
{
	struct judge judges[2] = {
	    {.model = tiny_model()}, {.model = tiny_model()}};
	struct verdict v[2];
	struct arena a;

	arena_open(&a, room);
	if (rejudge(v, &g->record, judges, 2, &a) == 0) {
		tiny_model_check(&v[0], g->record.content);
		require(v[0].margin == v[1].margin);
		require(v[0].action == v[1].action);
	} else {
		require(room < enough);
	}
	require(a.used == 0);
	arena_drop(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t enough = ARENA_LEAST + ARENA_PER_BYTE * size;
	size_t cut = enough / 64 * (size % 64);
	struct err e = {0};
	struct gold_row g;

	if (gold_row_read(&g, input_of(data, size), &e) == 0) {
		require(g.record.content.p != NULL);
		require(utf8_valid(g.record.content));
		require(g.truth < CONTRAST_TRUTHS);
		judge(&g, size % 5 == 0 ? cut : enough, enough);
	} else {
		require(e.code == ERR_INPUT && e.text[0] != '\0');
	}
	gold_row_release(&g);
	return 0;
}
