/*
 * Any text as what somebody typed into a search box: FTS5 takes the query
 * that comes of it, with the tokenizer of the store, and an arena that is too
 * small is refused. The first byte sizes the arena.
 */
#include <assert.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>

#include "../../service/core/utf8.h"
#include "../../service/edge/review/queue_words.h"

enum { BYTES_PER_BYTE = 16, BYTES_AT_LEAST = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A search of no rows: the query is read all the same. */
static sqlite3_stmt *
search(void)
{
	static sqlite3 *db;
	static sqlite3_stmt *s;

	if (s != NULL)
		return s;
	assert(sqlite3_open(":memory:", &db) == SQLITE_OK);
	assert(sqlite3_exec(db,
		   "CREATE VIRTUAL TABLE t USING fts5(x, tokenize=\"unicode61"
		   " remove_diacritics 2 categories 'L* N* Co M*'\")",
		   NULL, NULL, NULL) == SQLITE_OK);
	assert(sqlite3_prepare_v2(db, "SELECT rowid FROM t WHERE t MATCH ?", -1,
		   &s, NULL) == SQLITE_OK);
	return s;
}

static void
check(struct span query)
{
	sqlite3_stmt *s = search();

	assert(sqlite3_bind_text(s, 1, query.p, (int)query.n, SQLITE_STATIC) ==
	       SQLITE_OK);
	assert(sqlite3_step(s) == SQLITE_DONE);
	sqlite3_reset(s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t most = BYTES_AT_LEAST + BYTES_PER_BYTE * size;
	struct span typed, query;
	struct arena a;
	void *block;

	if (size == 0)
		return 0;
	typed = (struct span){(const char *)data + 1, size - 1};
	if (typed.n > QUEUE_WORDS_BYTES_MAX || !utf8_valid(typed))
		return 0;
	block = malloc(most);
	assert(block != NULL);
	arena_init(&a, block, most - most / 256 * data[0]);
	query = queue_words(typed, &a);
	assert(query.p != NULL || data[0] > 0);
	if (query.p != NULL)
		check(query);
	free(block);
	return 0;
}
