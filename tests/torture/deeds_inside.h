/*
 * What was done to a store, from inside: _check holds the store against it.
 */
#ifndef TESTS_DEEDS_INSIDE_H
#define TESTS_DEEDS_INSIDE_H

#include "../../service/edge/store/store_sqlite.h"
#include "../contract/store_fixture.h"
#include "deeds.h"

enum {
	IN_FLIGHT = 48, /* enough for a crowd */
	COMMENTS_MAX = 20000,
	KEPT_DAYS = 30, /* by the site */
	ANSWER_BYTES = 64,
	TEXT_BYTES = 2048,
};

/* How far something came. */
enum progress { NOT_SENT, SENT, ACKED };

struct comment_deed {
	char id[ULID_BYTES + 1], decision[ULID_BYTES + 1];
	char note[ULID_BYTES + 1];
	enum decision_kind kind;
	enum progress put, decided, undone, noted;
	bool old;  /* by more than the site keeps: it goes, sooner or later */
	bool gone; /* it was, at least once */
};

struct flight {
	struct store_put put; /* first */
	struct deeds *deeds;
	enum progress *progress; /* of what is put */
	bool under_way;
	struct record record;
	struct decision decision;
	struct undo undo;
	char answer[ANSWER_BYTES], text[TEXT_BYTES];
};

struct deeds {
	struct fixture f;
	sqlite3 *onlooker;
	enum progress site;
	struct comment_deed *comments;
	size_t n;
	struct flight flights[IN_FLIGHT];
	unsigned left; /* puts to begin */
	unsigned long acked, arrived, copies, faded, call_at;
	void (*then)(void);
	struct comment_keys keys;
	unsigned char describing[1 << 18];
};

/* Asks SQLite itself about a file, on a connection past the failing disk. */
void deeds_ask_sqlite(const char *path, const char *sql, const char *wanted);

/* A comment's text says which it is, whatever its length. */
struct span deed_text(const char *id, char out[TEXT_BYTES]);

/* What is held becomes a comment at once; in a crowd all else only later. */
const char *deed_action(const char *id);

/* What it was answered. */
void deed_answer(char out[ANSWER_BYTES], const char *id);

#endif
