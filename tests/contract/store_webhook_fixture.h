/*
 * Webhooks, and what they are told of, as the store's contract tests need
 * them. Brings cmocka.
 */
#ifndef TESTS_STORE_WEBHOOK_FIXTURE_H
#define TESTS_STORE_WEBHOOK_FIXTURE_H

#include "../../service/edge/store/store_decision.h"
#include "../../service/edge/store/store_delivery.h"
#include "../../service/edge/store/store_sqlite.h"
#include "store_fixture.h"

enum { NOW_MS = 1000000 };

/* Changes what the store has, as it is not done through its verbs. */
static inline void
run(struct fixture *f, const char *sql)
{
	struct store_sqlite *s = (struct store_sqlite *)f->store;
	struct err e;

	pthread_mutex_lock(&s->turn);
	assert_int_equal(sqlite_link_run(&s->link, sql, &e), 0);
	pthread_mutex_unlock(&s->turn);
}

static inline struct webhook
add_webhook(struct fixture *f, int64_t site, unsigned types)
{
	struct webhook w = {
	    .site = site,
	    .created_at_ms = NOW_MS,
	    .url = span_of("https://a.example/hook"),
	    .secret = span_of("sealed"),
	    .types = types,
	    .active = true,
	};
	struct err e;

	secrets_ulid(clock_unix_ms(), w.id);
	assert_int_equal(store_set_webhook(f->store, &w, &e), 0);
	return w;
}

/* Puts a held comment; its id is left in `id`. */
static inline void
put_held(struct fixture *f, char id[STORE_ID_BYTES + 1], const char *callback)
{
	struct record r = record_of(f->site);
	struct err e;

	r.received_at_ms = NOW_MS;
	r.callback = span_of(callback);
	assert_int_equal(put_one(f, &r, &e), STORE_DONE);
	memcpy(id, r.id, sizeof r.id);
}

static inline void
hold(struct fixture *f)
{
	char id[STORE_ID_BYTES + 1];

	put_held(f, id, "");
}

/* Puts a decision about a comment, "" being none. */
static inline struct decision
decide(struct fixture *f, enum decision_kind kind, const char *comment,
    const char *actor)
{
	struct decision d = {
	    .site = f->site,
	    .created_at_ms = NOW_MS,
	    .kind = kind,
	    .comment = span_of(comment),
	    .actor = span_of(actor),
	};
	struct waited w = {
	    .put = {
		.decisions = &d, .n_decisions = 1, .notice_delay_ms = 5000}};

	secrets_ulid(clock_unix_ms(), d.id);
	put_all(f, &w, 1);
	assert_int_equal(w.put.result, STORE_DONE);
	return d;
}

static inline void
undo(struct fixture *f, const struct decision *d)
{
	struct undo u = {
	    .site = d->site,
	    .decision = span_of(d->id),
	    .comment = d->comment,
	    .at_ms = NOW_MS,
	};
	struct waited w = {.put = {.undo = &u}};

	put_all(f, &w, 1);
	assert_int_equal(w.put.result, STORE_DONE);
}

static inline void
count_delivery(void *arg, const struct delivery *d)
{
	char *out = arg;

	snprintf(out + strlen(out), 256 - strlen(out), "%.*s/%s/%u ",
	    (int)d->type.n, d->type.p, delivery_state_name(d->state),
	    d->attempts);
}

/* "type/state/attempts " of each delivery, the newest first. */
static inline const char *
log_of(struct fixture *f, const struct webhook *w)
{
	static char out[256];
	struct delivery_visit visit = {
	    .webhook = {w->site, span_of(w->id)},
	    .most = 50,
	    .each = count_delivery,
	    .arg = out,
	};
	struct err e;

	*out = '\0';
	assert_int_equal(store_each_delivery(f->reader, &visit, &e), 0);
	return out;
}

#endif
