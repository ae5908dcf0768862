/*
 * Any bytes as the row of a pack, compressed or as they lie: what is read lies
 * within them, and put into a pack again, compressed and expanded it is the
 * same.
 */
#include "../../service/edge/store/store_sqlite_pack.h"
#include "../../service/edge/store/store_sqlite_rows.h"
#include "input.h"

/* Whether each text of the record lies in `bytes`, behind the one before. */
static void
require_within(struct span bytes, const struct record *r)
{
	const char *at = bytes.p;

	for (int i = 0; i < RECORD_TEXTS; i++) {
		const struct span *text =
		    (const struct span *)((const char *)r +
					  sqlite_record_texts[i]);

		require(text->p >= at);
		at = text->p + text->n;
	}
	require(at <= bytes.p + bytes.n);
}

static void
pack_again(const struct sqlite_arrived *it)
{
	static struct sqlite_pack pack, again;
	static char expanded[PACK_BYTES];
	struct span bytes = {expanded, 0};
	struct sqlite_arrived same;

	pack.n = again.n = 0;
	pack.used = again.used = 0;
	sqlite_pack_add(&pack, &it->record, it->number);
	require(pack.used == sqlite_pack_size(&it->record));
	bytes.n = pack.used;
	require(sqlite_pack_expand(
		    sqlite_pack_compress(&pack), expanded, pack.used) == 0);
	require(memcmp(expanded, pack.bytes, pack.used) == 0);
	require(sqlite_pack_next(&bytes, &same) == 1 && bytes.n == 0);
	require(same.number == it->number);
	sqlite_pack_add(&again, &same.record, same.number);
	require(again.used == pack.used);
	require(memcmp(again.bytes, pack.bytes, pack.used) == 0);
	require(memcmp(again.keys, pack.keys, sizeof(pack.keys[0])) == 0);
}

/* How it lies, the length of what was compressed, and the row. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char expanded[PACK_BYTES];
	struct span in = input_of(data, size), bytes;
	bool compressed = take_byte(&in) == 'c';
	size_t n = take_byte(&in) + 256u * take_byte(&in);
	struct sqlite_arrived it;
	int got;

	bytes = in;
	if (compressed) {
		if (sqlite_pack_expand(in, expanded, n) != 0)
			return 0;
		bytes = (struct span){expanded, n};
	}
	for (struct span rest = bytes;
	     (got = sqlite_pack_next(&rest, &it)) == 1;) {
		require_within(bytes, &it.record);
		if (sqlite_pack_size(&it.record) <= PACK_BYTES)
			pack_again(&it);
	}
	require(got == 0 || got == -1);
	return 0;
}
