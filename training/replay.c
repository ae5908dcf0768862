#include "replay.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "../service/core/utf8.h"
#include "timed_rows.h"

enum { ARENA_BYTES = 1 << 28, SLOTS_LOG2 = 18, ID_BYTES_SHOWN = 60 };

struct replay {
	struct arena arena;
	struct counters counters;
	void *slots;
	void *block;
};

struct replay *
replay_open(void)
{
	struct replay *r = memory_new(1, sizeof(*r));
	r->block = memory_new(ARENA_BYTES, 1);
	r->slots = memory_new(counters_bytes(SLOTS_LOG2), 1);
	arena_init(&r->arena, r->block, ARENA_BYTES);
	counters_init(&r->counters, r->slots, SLOTS_LOG2);
	return r;
}

void
replay_close(struct replay *r)
{
	if (r == NULL)
		return;
	free(r->block);
	free(r->slots);
	free(r);
}

/* What is left when only the text may be used. */
static struct comment
text_of(const struct comment *c)
{
	return (struct comment){
	    .id = c->id,
	    .type = c->type, /* it says what none means */
	    .content = c->content,
	    .format = c->format,
	    .fill_ms = -1,
	};
}

/* What the service judged it by: nothing needs to be counted again. */
static void
restore(struct replayed *out, const struct row *row)
{
	json_t *o = json_loadb(row->basis.p, row->basis.n, 0, NULL);
	if (basis_read(&out->basis, o) == NULL) {
		basis_restore(&out->basis, &out->comment);
		out->signals = out->basis.signals;
	}
	json_decref(o);
}

bool
replay_counts(const struct row *row)
{
	return !row->text_only && row->basis.n == 0 &&
	       row->comment.created_at_ms != 0;
}

int
replay_too_large(const struct row *row, struct err *e)
{
	struct span id = utf8_prefix(row->comment.id, ID_BYTES_SHOWN);
	if (id.n > 0)
		return err_set(
		    e, ERR_TOO_LARGE, "row %.*s is too large", (int)id.n, id.p);
	if (row->file != NULL)
		return err_set(e, ERR_TOO_LARGE,
		    "%.200s:%" PRId64 ": the row is too large", row->file,
		    row->line);
	return err_set(e, ERR_TOO_LARGE, "a row is too large");
}

int
replay_read(struct replay *r, struct replayed *out, const struct row *row,
    struct err *e)
{
	arena_rewind(&r->arena, 0);
	*out = (struct replayed){
	    .comment = row->text_only ? text_of(&row->comment) : row->comment,
	    .arena = &r->arena,
	};
	if (!row->text_only && row->basis.n != 0)
		restore(out, row);
	else if (!row->text_only)
		out->signals.trust =
		    signals_trust((uint64_t)row->approved, SIGNALS_TRUST_AFTER);
	if (moderate_read(
		&out->reading, &out->comment, &siphash_open_key, &r->arena) < 0)
		return replay_too_large(row, e);
	return 0;
}

int
replay_row(struct replay *r, struct replayed *out, const struct row *row,
    struct err *e)
{
	if (replay_read(r, out, row, e) != 0)
		return -1;
	if (replay_counts(row)) {
		struct signal_keys *keys = &out->reading.keys;
		uint32_t trust = out->signals.trust;
		counters_touch(&r->counters, row->comment.created_at_ms,
		    keys->touches, keys->n);
		out->signals = signals_of(keys);
		out->signals.trust = trust;
	}
	return 0;
}

size_t *
replay_order(const struct corpus *c)
{
	struct timed_row *places = memory_new(c->n, sizeof(*places));
	for (size_t i = 0; i < c->n; i++)
		places[i] = (struct timed_row){c->rows[i].at_ms, i};
	timed_rows_sort(places, c->n);
	size_t *order = memory_new(c->n, sizeof(*order));
	for (size_t i = 0; i < c->n; i++)
		order[i] = places[i].row;
	free(places);
	return order;
}
