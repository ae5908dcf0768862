#include "state_redis_log.h"

#include <hiredis.h>

#include "state_backend.h"

enum {
	TIDY_MS = 60000, /* between two times that we see to it */
	USE_MS = REDIS_USE_S * 1000,
	NODE_BYTES = 32, /* that an entry takes in Redis besides its own */
	/* For each counter that a table can hold the log tells of two keys of
	 * 8 bytes: half of them were told of before. */
	TOLD_BYTES = 2 * 8,
};

static const struct log_id before_all = {0, 0};

static struct waiting *
at(struct redis_log *g, uint32_t i)
{
	return &g->pending[i % REDIS_PENDING_MAX];
}

int
redis_log_open(struct redis_log *g,
    const unsigned char secret[STATE_SECRET_BYTES], unsigned table_log2,
    struct err *e)
{
	redis_name_log(g->name, secret);
	g->told_most = (uint64_t)TOLD_BYTES << table_log2;
	g->table = state_table_open(table_log2, e);
	return g->table != NULL ? 0 : -1;
}

void
redis_log_close(struct redis_log *g)
{
	state_table_close(g->table);
}

bool
redis_log_add(struct redis_log *g, struct state_touch *t, int64_t now_ms)
{
	if (g->end - g->first == REDIS_PENDING_MAX)
		return false;
	*at(g, g->end++) = (struct waiting){t, now_ms};
	g->wanted = true;
	return true;
}

/* Puts what was added to `e` into the log: touches before `sent`. */
static int
append_entry(struct redis_log *g, redisContext *c, struct log_entry *e)
{
	struct exchange *x = &g->exchange;

	if (e->n == 0)
		return 0;
	x->entries[x->n++].end = g->sent;
	if (redis_append_entry(c, g->name, e) < 0)
		return -1;
	e->n = 0;
	return 0;
}

/* Puts what waits into the log, as far as an exchange goes. */
static int
append_entries(struct redis_log *g, redisContext *c)
{
	struct log_entry e;

	e.n = 0;
	for (; g->sent != g->end; g->sent++) {
		const struct state_touch *t = at(g, g->sent)->touch;

		if (t->peek || log_entry_add(&e, t))
			continue;
		if (append_entry(g, c, &e) != 0)
			return -1;
		if (g->exchange.n == REDIS_ENTRIES_MAX)
			return 0;
		log_entry_add(&e, t);
	}
	return append_entry(g, c, &e);
}

/* Counts on that `n` commands were appended whose replies are simple. */
static int
expect_simple(struct redis_log *g, int n)
{
	if (n < 0)
		return -1;
	g->exchange.simple += (unsigned)n;
	return 0;
}

static int
expect_page(struct redis_log *g, redisContext *c, struct log_id from)
{
	g->exchange.page = true;
	return redis_append_read(c, g->name, from) < 0 ? -1 : 0;
}

/* Asks for what follows the last entry that is counted; for nothing as long
 * as nobody wants to know. */
static int
read_on(struct redis_log *g, redisContext *c)
{
	static const struct log_id behind_all = {UINT64_MAX, UINT64_MAX};
	struct log_id next = {g->last.ms, g->last.seq + 1};

	return expect_page(g, c, g->wanted ? next : behind_all);
}

/* The server's clock when it is `now_ms` by ours, or a little less. */
static uint64_t
server_ms(const struct redis_log *g, int64_t now_ms)
{
	return g->last.ms + (uint64_t)(now_ms - g->counted_ms);
}

/* Whether what was last done `at` is to be done again; puts down that it is. */
static bool
is_due(int64_t *at, int64_t pause_ms, int64_t now_ms)
{
	if (now_ms - *at < pause_ms)
		return false;
	*at = now_ms;
	return true;
}

/* For its bytes or for its age, whichever comes first: what is `kept` has one
 * of both behind it. */
static void
set_mark(struct redis_log *g, int64_t now_ms)
{
	g->kept = g->mark;
	g->mark = g->last;
	g->told = 0;
	g->marked_ms = now_ms;
}

/* Where what is still of use begins: by the age that the ids tell, and by
 * what came since, for ids of a clock that was ahead stay where they are. */
static struct log_id
oldest(const struct redis_log *g, int64_t now_ms)
{
	uint64_t ms = server_ms(g, now_ms);
	struct log_id by_age = {ms > USE_MS ? ms - USE_MS : 0, 0};

	return log_id_compare(by_age, g->kept) < 0 ? g->kept : by_age;
}

/* Sees to it, now and then, that the log holds nothing that is of no use. */
static int
tidy(struct redis_log *g, redisContext *c, int64_t now_ms)
{
	int n = 0;

	if (now_ms - g->marked_ms >= USE_MS)
		set_mark(g, now_ms);
	if (is_due(&g->trimmed_ms, TIDY_MS, now_ms))
		n = redis_append_trim(c, g->name, oldest(g, now_ms));
	if (expect_simple(g, n) != 0)
		return -1;
	g->grown |= g->exchange.n > 0;
	if (!g->grown || !is_due(&g->expires_ms, TIDY_MS, now_ms))
		return 0;
	g->grown = false;
	return expect_simple(g, redis_append_expire(c, g->name));
}

int
redis_log_hello(
    struct redis_log *g, redisContext *c, const struct redis_uri *server)
{
	g->exchange = (struct exchange){0};
	g->known = false;
	g->trimmed_ms = g->expires_ms = -TIDY_MS;
	if (expect_simple(g, redis_append_hello(c, server)) != 0 ||
	    expect_simple(g, redis_append_probe(c)) != 0 ||
	    /* a server that is too old for us says so now */
	    expect_simple(g, redis_append_trim(c, g->name, before_all)) != 0)
		return -1;
	if (!g->wanted)
		return read_on(g, c);
	/* the last one once more: whether it is there */
	return expect_page(g, c, g->last);
}

int
redis_log_ask(struct redis_log *g, redisContext *c, int64_t now_ms)
{
	g->exchange = (struct exchange){0};
	if (append_entries(g, c) != 0 || tidy(g, c, now_ms) != 0)
		return -1;
	return read_on(g, c);
}

int
redis_log_probe(struct redis_log *g, redisContext *c, int64_t now_ms)
{
	g->exchange = (struct exchange){0};
	if (expect_simple(g, redis_append_probe(c)) != 0 ||
	    tidy(g, c, now_ms) != 0)
		return -1;
	return read_on(g, c);
}

/* Counts the touches of the exchange before `end`, all of the log that is
 * before them being counted. */
static void
count_own(struct redis_log *g, uint32_t end)
{
	while (g->first != end) {
		struct state_touch *t = at(g, g->first++)->touch;

		state_table_count(g->table, t,
		    g->first != end ? at(g, g->first)->touch : NULL);
		t->done(t);
	}
}

/* Counts what others put into an entry: 0, or -1: that is none. */
static int
count_others(struct redis_log *g, struct span entry)
{
	struct signal_keys keys[2];
	struct state_touch t[2] = {{.keys = &keys[0]}, {.keys = &keys[1]}};
	int more = log_entry_next(&entry, &t[0]);

	for (int i = 0; more > 0; i ^= 1) {
		more = log_entry_next(&entry, &t[!i]);
		state_table_count(g->table, &t[i], more > 0 ? &t[!i] : NULL);
	}
	return more;
}

/* Takes the next entry of the log: one of ours, or another's. */
static int
take_entry(struct redis_log *g, struct log_id id, struct span entry)
{
	struct exchange *x = &g->exchange;

	if (log_id_compare(id, g->last) <= 0)
		return -1;
	g->last = id;
	g->grown = true;
	g->told += entry.n + NODE_BYTES;
	if (g->told >= g->told_most)
		set_mark(g, g->counted_ms);
	if (x->counted == x->n ||
	    log_id_compare(id, x->entries[x->counted].id) != 0)
		return count_others(g, entry);
	count_own(g, x->entries[x->counted++].end);
	return 0;
}

/*
 * Whether a log whose first entries from `last` on are in `page` is the one
 * that we know: how many of these we counted already, or -1: the server lost
 * its memory, or is another one.
 */
static int
recognise(const struct redis_log *g, const redisReply *page, int n)
{
	struct span entry;
	struct log_id id;

	if (log_id_compare(g->last, before_all) == 0)
		return 0;
	if (n == 0 || !redis_reply_entry(page, 0, &id, &entry) ||
	    log_id_compare(id, g->last) != 0)
		return -1;
	return 1;
}

/* Forgets what the server forgot, and reads what it has instead. */
static int
begin_anew(struct redis_log *g, redisContext *c)
{
	state_table_clear(g->table);
	g->last = g->kept = g->mark = before_all;
	g->told = 0;
	return expect_page(g, c, g->last);
}

/* The log is read to its end. */
static int
end_exchange(struct redis_log *g)
{
	g->exchange.page = false;
	if (g->exchange.counted != g->exchange.n)
		return -1;     /* what we wrote is not there */
	count_own(g, g->sent); /* looks, behind the last entry */
	return 1;
}

static int
take_page(struct redis_log *g, redisContext *c, const redisReply *page,
    int64_t now_ms)
{
	int n = redis_reply_page(page), i = 0;
	struct span entry;
	struct log_id id;

	if (n < 0)
		return -1;
	if (!g->known)
		i = recognise(g, page, n);
	g->known = true;
	if (i < 0)
		return begin_anew(g, c);
	if (i < n)
		g->counted_ms = now_ms;
	for (; i < n; i++)
		if (!redis_reply_entry(page, i, &id, &entry) ||
		    take_entry(g, id, entry) != 0)
			return -1;
	return n == REDIS_PAGE ? read_on(g, c) : end_exchange(g);
}

int
redis_log_take(
    struct redis_log *g, redisContext *c, const redisReply *r, int64_t now_ms)
{
	struct exchange *x = &g->exchange;

	if (x->named < x->n)
		return redis_reply_id(&x->entries[x->named++].id, r) ? 0 : -1;
	if (x->simple > 0) {
		x->simple--;
		return redis_reply_is_good(r) ? 0 : -1;
	}
	return x->page ? take_page(g, c, r, now_ms) : -1;
}

void
redis_log_give_up(struct redis_log *g,
    void (*count)(void *arg, struct state_touch *t), void *arg)
{
	for (uint32_t i = g->first; i != g->end; i++)
		count(arg, at(g, i)->touch);
	g->exchange = (struct exchange){0};
	g->sent = g->end;
	while (g->first != g->sent) {
		struct state_touch *t = at(g, g->first++)->touch;

		t->done(t);
	}
}
