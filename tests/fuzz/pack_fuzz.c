/*
 * Any bytes as the row of a pack, compressed or as they lie: what is read lies
 * within them, and put into a pack again, compressed and expanded it is the
 * same.
 */
#include "../../service/edge/store/store_sqlite_pack.h"
#include "../../service/edge/store/store_sqlite_rows.h"
#include "input.h"

/* Where what lies in an entry (store_sqlite_pack.c). */
enum {
	DRIFT_AT = 48,
	TEXTS_AT = 64,
	SCORES_AT = 128,
	COUNTED_AT = 131,
	ID_AT = 133,
	ENTRY_BYTES = 160,
};

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

static bool
same_bytes(const char *a, const char *b, size_t from, size_t to)
{
	return memcmp(a + from, b + from, to - from) == 0;
}

/* What lies in a pack as `bytes`, apart from what is only looked at as yes or
 * no, and what of drift was not counted, is there again when it is packed. */
static void
pack_again(struct span bytes, const struct sqlite_arrived *it)
{
	static struct sqlite_pack pack, again;
	static char expanded[PACK_BYTES];
	struct span rest = {expanded, bytes.n};
	struct sqlite_arrived same;

	pack.n = again.n = 0;
	pack.used = again.used = 0;
	sqlite_pack_add(&pack, &it->record, it->number);
	require(pack.used == bytes.n);
	require(sqlite_pack_size(&it->record) == bytes.n);
	require(same_bytes(pack.bytes, bytes.p, 0, DRIFT_AT));
	require(same_bytes(pack.bytes, bytes.p, TEXTS_AT, SCORES_AT));
	require(same_bytes(pack.bytes, bytes.p, ID_AT, ID_AT + STORE_ID_BYTES));
	require(same_bytes(pack.bytes, bytes.p, ENTRY_BYTES, bytes.n));
	require(it->record.drift == NULL ||
		(same_bytes(pack.bytes, bytes.p, DRIFT_AT, TEXTS_AT) &&
		    same_bytes(pack.bytes, bytes.p, SCORES_AT, COUNTED_AT)));
	require(sqlite_pack_expand(
		    sqlite_pack_compress(&pack), expanded, pack.used) == 0);
	require(memcmp(expanded, pack.bytes, pack.used) == 0);
	require(sqlite_pack_next(&rest, &same) == 1 && rest.n == 0);
	sqlite_pack_add(&again, &same.record, same.number);
	require(again.used == pack.used);
	require(memcmp(again.bytes, pack.bytes, pack.used) == 0);
	require(memcmp(again.keys, pack.keys, sizeof(pack.keys[0])) == 0);
}

/* All records of a pack; whether it is whole. */
static bool
read_all(struct span pack)
{
	struct sqlite_arrived it;
	struct span rest = pack;
	int got;

	for (;;) {
		const char *from = rest.p;

		got = sqlite_pack_next(&rest, &it);
		if (got != 1)
			break;
		require_within(pack, &it.record);
		if (sqlite_pack_size(&it.record) <= PACK_BYTES)
			pack_again(
			    (struct span){from, (size_t)(rest.p - from)}, &it);
	}
	require(got == 0 || got == -1);
	return got == 0;
}

/* How it lies, the length of what was compressed, and the row. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = input_of(data, size), pack;
	bool compressed = take_byte(&in) == 'c';
	size_t n = take_byte(&in);
	char *expanded;

	n += 256u * take_byte(&in);
	n *= n == 0xffff ? 2 : 1; /* more than any pack has */
	expanded = malloc(n + 1);
	require(expanded != NULL);
	pack = compressed ? (struct span){expanded, n} : in;
	if (!compressed || sqlite_pack_expand(in, expanded, n) == 0)
		require(read_all(pack) == sqlite_pack_is_whole(pack));
	free(expanded);
	return 0;
}
