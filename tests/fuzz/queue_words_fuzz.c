/*
 * Any text as what somebody typed into a search box: FTS5 takes the query
 * that comes of it, with the tokenizer of the store, and an arena that is too
 * small is refused. The first byte sizes the arena.
 */
#include <sqlite3.h>

#include "../../service/core/utf8.h"
#include "../../service/edge/review/queue_words.h"
#include "arena.h"

enum { BYTES_PER_BYTE = 16, BYTES_AT_LEAST = 64 };

/* A search of no rows: the query is read all the same. */
static sqlite3_stmt *
search(void)
{
	static sqlite3 *db;
	static sqlite3_stmt *s;

	if (s != NULL)
		return s;
	require(sqlite3_open(":memory:", &db) == SQLITE_OK);
	require(sqlite3_exec(db,
		    "CREATE VIRTUAL TABLE t USING fts5(x, tokenize=\"unicode61"
		    " remove_diacritics 2 categories 'L* N* Co M*'\")",
		    NULL, NULL, NULL) == SQLITE_OK);
	require(sqlite3_prepare_v2(db, "SELECT rowid FROM t WHERE t MATCH ?",
		    -1, &s, NULL) == SQLITE_OK);
	return s;
}

static void
check(struct span query)
{
	sqlite3_stmt *s = search();

	require(sqlite3_bind_text(s, 1, query.p, (int)query.n, SQLITE_STATIC) ==
		SQLITE_OK);
	require(sqlite3_step(s) == SQLITE_DONE);
	sqlite3_reset(s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t most = BYTES_AT_LEAST + BYTES_PER_BYTE * size;
	struct span typed = input_of(data, size), query;
	uint8_t less = take_byte(&typed);
	struct arena a;

	if (typed.n > QUEUE_WORDS_BYTES_MAX || !utf8_valid(typed))
		return 0;
	arena_open(&a, most - most / 256 * less);
	query = queue_words(typed, &a);
	require(query.p != NULL || less > 0);
	if (query.p != NULL)
		check(query);
	arena_drop(&a);
	return 0;
}
