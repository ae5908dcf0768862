#include "store_sqlite_bite.h"

/* Packs and comments. */
static const struct {
	unsigned least;
	int64_t us;
	bool yields;
} sizes[] = {
    [SETTLE_MUCH] = {2, 10000, true},
    [INDEX_MUCH] = {128, 20000, true},
    [SETTLE_LITTLE] = {1, 0, false},
    [INDEX_LITTLE] = {16, 0, false},
};

bool
sqlite_bite_goes_on(struct sqlite_bite *b)
{
	if (b->yields_to != NULL && put_queue_count(b->yields_to) > 0)
		return false;
	return ++b->done < b->least || clock_monotonic_us() < b->until_us;
}

/* 0, or -1: whatever it was, a link that may not sync is of no use. */
static int
set_synced(struct store_sqlite *s, const char *pragma)
{
	if (sqlite_link_run(&s->link, pragma, &s->fault) == 0)
		return 0;
	sqlite_note_fault(s, SQLITE_ERROR);
	return -1;
}

void
sqlite_bite_take(struct store_sqlite *s, enum sqlite_bite_size size,
    int (*work)(struct store_sqlite *, struct sqlite_bite *, bool *more),
    bool *more)
{
	struct sqlite_bite b = {
	    .least = sizes[size].least,
	    .until_us = clock_monotonic_us() + sizes[size].us,
	    .yields_to = sizes[size].yields ? &s->queue : NULL,
	};
	int code;

	if (set_synced(s, "PRAGMA synchronous = NORMAL") != 0)
		return;
	code = work(s, &b, more);
	if (code != SQLITE_DONE)
		sqlite_note_fault(s, code);
	if (!s->broken)
		set_synced(s, "PRAGMA synchronous = FULL");
}
