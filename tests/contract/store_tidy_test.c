/* What the store deletes when it has nothing else to do, and what it keeps. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "../../service/edge/store/store_audit.h"
#include "../../service/edge/store/store_decision.h"
#include "../../service/edge/store/store_figures.h"
#include "../../service/edge/store/store_lists.h"
#include "../../service/edge/store/store_sqlite.h"
#include "store_webhook_fixture.h"

enum { OLD = 200 }; /* more than a bite */

static const int64_t day_ms = 24 * 3600 * 1000;

/* The site of the change, as it is; its texts are gone by then. */
static void
note_revision(void *arg, const struct store_site *site)
{
	struct store_change *c = arg;

	if (site->id == c->site.id)
		c->site.revision = site->revision;
}

static void
keep_days(struct fixture *f, int64_t site, const char *settings)
{
	struct store_change c = {
	    .kind = CHANGE_SET_SITE,
	    .site = {.id = site,
		.name = site == f->site ? "blog.example" : "other.example",
		.settings = span_of(settings)},
	};
	struct err e = {0};

	assert_int_equal(store_each_site(f->reader, note_revision, &c, &e), 0);
	assert_int_equal(store_change(f->store, &c, 1, &e), 0);
}

/* Puts records of `site` that are `age_ms` old; their ids, if asked for. */
static void
put_aged(struct fixture *f, int64_t site, int64_t age_ms,
    char ids[OLD][STORE_ID_BYTES + 1])
{
	static struct record records[OLD];
	struct waited w = {.put = {.records = records, .n = OLD}};
	int64_t at_ms = clock_unix_ms() - age_ms;

	for (int i = 0; i < OLD; i++) {
		records[i] = record_of(site);
		records[i].received_at_ms = at_ms + i;
		secrets_ulid(at_ms + i, records[i].id);
		memcpy(ids[i], records[i].id, sizeof ids[i]);
	}
	put_all(f, &w, 1);
	assert_int_equal(w.put.result, STORE_DONE);
}

static int
left(struct fixture *f, int64_t site, char ids[OLD][STORE_ID_BYTES + 1])
{
	struct record r;
	struct err e;
	int n = 0;

	for (int i = 0; i < OLD; i++) {
		struct store_ref ref = {site, span_of(ids[i])};

		arena_rewind(&f->arena, 0);
		n += store_get(f->reader, ref, &f->arena, &r, &e) == 0;
	}
	return n;
}

static void
wait_till_gone(
    struct fixture *f, int64_t site, char ids[OLD][STORE_ID_BYTES + 1])
{
	for (int tries = 0; tries < 3000 && left(f, site, ids) > 0; tries++)
		usleep(20000);
	assert_int_equal(left(f, site, ids), 0);
}

static void
records_are_kept_for_days(void **state)
{
	char old[OLD][STORE_ID_BYTES + 1], young[OLD][STORE_ID_BYTES + 1],
	    kept[OLD][STORE_ID_BYTES + 1];
	struct fixture *f = *state;
	struct err e = {0};
	int64_t other;

	assert_int_equal(add_site(f->store, "other.example", &other, &e), 0);
	put_aged(f, other, 4000 * day_ms, kept);
	put_aged(f, f->site, 31 * day_ms, old);
	put_aged(f, f->site, 29 * day_ms, young);
	usleep(200000);
	assert_int_equal(left(f, f->site, old), OLD); /* 0 days: for ever */
	keep_days(f, f->site, "{\"retention_days\":30}");
	wait_till_gone(f, f->site, old);
	assert_int_equal(left(f, f->site, young), OLD);
	assert_int_equal(left(f, other, kept), OLD);
	keep_days(f, other, "{\"retention_days\":3999}");
	wait_till_gone(f, other, kept);
	assert_int_equal(left(f, f->site, young), OLD);
}

/* One put after the other leaves no moment in which there is nothing to do. */
static void
records_go_though_somebody_always_writes(void **state)
{
	char old[OLD][STORE_ID_BYTES + 1], young[OLD][STORE_ID_BYTES + 1];
	struct fixture *f = *state;

	put_aged(f, f->site, 31 * day_ms, old);
	keep_days(f, f->site, "{\"retention_days\":30}");
	for (int n = 0; n < 10000 && left(f, f->site, old) > 0; n++)
		put_aged(f, f->site, 0, young);
	assert_int_equal(left(f, f->site, old), 0);
}

/* As if nothing had been put for a while at `now_ms`. */
static void
tidy_at(struct fixture *f, int64_t now_ms)
{
	struct store_sqlite *s = (struct store_sqlite *)f->store;
	bool more = true;

	pthread_mutex_lock(&s->turn);
	while (more)
		assert_int_equal(sqlite_tidy(s, now_ms, &more), SQLITE_DONE);
	pthread_mutex_unlock(&s->turn);
}

static void
put_decision(struct fixture *f, const char *comment, int64_t age_ms)
{
	struct decision d = {
	    .site = f->site,
	    .created_at_ms = clock_unix_ms() - age_ms,
	    .kind = DECISION_SPAM,
	    .learn = true,
	    .comment = span_of(comment),
	    .note = span_of("he calls me names"),
	    .content = span_of("names"),
	};
	struct waited w = {.put = {.decisions = &d, .n_decisions = 1}};

	secrets_ulid(d.created_at_ms, d.id);
	put_all(f, &w, 1);
	assert_int_equal(w.put.result, STORE_DONE);
}

struct seen {
	int spam, texts;
};

static void
look(void *arg, const struct decision *d)
{
	struct seen *seen = arg;

	seen->spam += d->kind == DECISION_SPAM && d->learn;
	seen->texts += d->content.n > 0 && d->note.n > 0;
}

static void
assert_decision(struct fixture *f, const char *comment, int texts)
{
	struct seen seen = {0};
	struct decision_visit visit = {look, &seen, 1};
	struct store_ref ref = {f->site, span_of(comment)};
	struct err e;

	assert_int_equal(store_each_of_comment(f->reader, ref, &visit, &e), 0);
	assert_int_equal(seen.spam, 1);
	assert_int_equal(seen.texts, texts);
}

/* What was decided holds on, without the words. */
static void
texts_of_decisions_are_kept_for_days(void **state)
{
	struct fixture *f = *state;

	put_decision(f, "old", 31 * day_ms);
	put_decision(f, "young", 29 * day_ms);
	tidy_at(f, clock_unix_ms());
	assert_decision(f, "old", 1);
	keep_days(f, f->site, "{\"retention_days\":30}");
	tidy_at(f, clock_unix_ms());
	assert_decision(f, "old", 0);
	assert_decision(f, "young", 1);
}

/* So much later it is by any clock. */
static void
let_days_pass(struct fixture *f, int64_t days)
{
	struct store_sqlite *s = (struct store_sqlite *)f->store;

	pthread_mutex_lock(&s->turn);
	s->clock.base += days * day_ms;
	pthread_mutex_unlock(&s->turn);
}

/* A comment of the fixture's site, and what was decided about it since. */
struct aged {
	const char *name, *action;
	int64_t days;
	int decision; /* enum decision_kind; -1: none */
	int64_t decided_days;
	bool stays, known; /* whether it does, and its network */
};

static void
put_one_aged(struct fixture *f, const struct aged *a, struct record *r)
{
	struct decision d = {
	    .site = f->site,
	    .created_at_ms = clock_unix_ms() - a->decided_days * day_ms,
	    .kind = a->decision < 0 ? 0 : (enum decision_kind)a->decision,
	    .learn = true,
	};
	struct waited w = {.put = {.decisions = &d, .n_decisions = 1}};
	struct err e;

	*r = record_of(f->site);
	r->action = span_of(a->action);
	r->received_at_ms = clock_unix_ms() - a->days * day_ms;
	r->author_ip = span_of("0123456789abcdef0123456789abcdef");
	r->author_net = span_of("192.0.2.0/24");
	secrets_ulid(r->received_at_ms, r->id);
	assert_int_equal(put_one(f, r, &e), STORE_DONE);
	if (a->decision < 0)
		return;
	secrets_ulid(d.created_at_ms, d.id);
	d.comment = span_of(r->id);
	put_all(f, &w, 1);
	assert_int_equal(w.put.result, STORE_DONE);
}

/* Where a site says nothing. */
static void
each_is_kept_for_its_time(void **state)
{
	static const struct aged cases[] = {
	    {"young spam", "reject", 14, -1, 0, true, true},
	    {"spam", "reject", 16, -1, 0, false, false},
	    {"blatant spam", "discard", 16, -1, 0, false, false},
	    {"spam that is decided", "reject", 89, DECISION_SPAM, 80, true,
		false},
	    {"long ago", "reject", 100, DECISION_SPAM, 91, false, false},
	    {"published", "publish", 89, -1, 0, true, false},
	    {"published long ago", "publish", 91, -1, 0, false, false},
	    {"published, decided", "publish", 300, DECISION_APPROVE, 89, true,
		false},
	    {"approved", "hold", 95, DECISION_APPROVE, 91, false, false},
	    {"waits", "hold", 4000, -1, 0, true, false},
	    {"waits again", "hold", 4000, DECISION_HOLD, 3000, true, false},
	    {"young", "hold", 14, -1, 0, true, true},
	};
	enum { CASES = sizeof cases / sizeof *cases };
	struct fixture *f = *state;
	struct record put[CASES], r;

	for (int i = 0; i < CASES; i++)
		put_one_aged(f, &cases[i], &put[i]);
	keep_days(f, f->site, "{}");
	tidy_at(f, clock_unix_ms());
	for (int i = 0; i < CASES; i++) {
		bool stays = has(f, put[i].id, &r);

		if (stays != cases[i].stays ||
		    (stays && (r.author_net.n > 0) != cases[i].known) ||
		    (stays && (r.author_ip.n > 0) != cases[i].known))
			fail_msg("%s", cases[i].name);
	}
}

/* The log loses its beginning and holds all the same. */
static void
the_audit_log_is_kept_for_a_year(void **state)
{
	struct fixture *f = *state;
	struct store_sqlite *s = (struct store_sqlite *)f->store;
	int64_t now_ms = clock_unix_ms();
	struct audit_check check;
	struct err e;

	for (int i = 0; i < OLD; i++)
		keep_days(f, f->site, KEEPS_ALL);
	assert_int_equal(store_check_audit(f->reader, &check, &e), 0);
	assert_int_equal(check.gone, 0);
	assert_true(check.n > OLD);
	let_days_pass(f, 364);
	tidy_at(f, now_ms + 364 * day_ms);
	assert_int_equal(store_check_audit(f->reader, &check, &e), 0);
	assert_int_equal(check.gone, 0);
	let_days_pass(f, 2);
	tidy_at(f, now_ms + 366 * day_ms);
	assert_int_equal(store_check_audit(f->reader, &check, &e), 0);
	assert_true(check.gone >= OLD);
	assert_int_equal(check.n, 1); /* the last one, for the chain */
	assert_int_equal(check.broken, 0);
	keep_days(f, f->site, KEEPS_ALL);
	assert_int_equal(store_check_audit(f->reader, &check, &e), 0);
	assert_int_equal(check.n, 2);
	assert_int_equal(check.broken, 0);
	pthread_mutex_lock(&s->turn);
	sqlite_link_run(&s->link, "UPDATE audit SET actor = 'nobody'", &e);
	pthread_mutex_unlock(&s->turn);
	assert_int_equal(store_check_audit(f->reader, &check, &e), 0);
	assert_int_equal(check.broken, check.gone + 1);
}

static void
a_clock_that_jumps_deletes_nothing(void **state)
{
	char ids[OLD][STORE_ID_BYTES + 1];
	struct fixture *f = *state;
	int64_t now_ms = clock_unix_ms();

	put_aged(f, f->site, 0, ids);
	keep_days(f, f->site, "{\"retention_days\":30}");
	tidy_at(f, now_ms + 31 * day_ms);
	assert_true(store_look(f->store).keeps_all);
	assert_int_equal(left(f, f->site, ids), OLD);
	tidy_at(f, now_ms);
	assert_false(store_look(f->store).keeps_all);
	let_days_pass(f, 31);
	tidy_at(f, now_ms + 31 * day_ms);
	assert_int_equal(left(f, f->site, ids), 0);
}

/* Put forward by less than a day, it makes nothing older than it is. */
static void
a_clock_put_forward_ages_nothing(void **state)
{
	char ids[OLD][STORE_ID_BYTES + 1];
	struct fixture *f = *state;
	int64_t hour_ms = day_ms / 24;

	put_aged(f, f->site, 30 * day_ms - hour_ms, ids);
	keep_days(f, f->site, "{\"retention_days\":30}");
	tidy_at(f, clock_unix_ms() + 2 * hour_ms);
	assert_false(store_look(f->store).keeps_all);
	assert_int_equal(left(f, f->site, ids), OLD);
}

static void
count_entry(void *arg, const struct list_entry *l)
{
	int *n = arg;

	assert_int_equal(l->expires_at_ms % day_ms, 0); /* the later ones */
	++*n;
}

static void
entries_of_lists_expire(void **state)
{
	struct fixture *f = *state;
	static struct list_entry all[OLD];
	struct list_change c = {.site = f->site, .puts = all, .n_puts = OLD};
	struct list_visit visit = {count_entry, &(int){0}};
	struct err e;

	for (int i = 0; i < OLD; i++) {
		snprintf(all[i].id, sizeof all[i].id, "%03d", i);
		all[i].value = all[i].note = all[i].created_by = span_of("x");
		all[i].expires_at_ms = 1 + i;
	}
	all[0].expires_at_ms = 0;
	all[1].expires_at_ms = 40000 * day_ms;
	assert_int_equal(store_change_list(f->store, &c, &e), 0);
	tidy_at(f, clock_unix_ms());
	assert_int_equal(store_each_list_entry(f->store, &visit, &e), 0);
	assert_int_equal(*(int *)visit.arg, 2);
}

static void
killed_while_deleting(void **state)
{
	char old[OLD][STORE_ID_BYTES + 1], young[OLD][STORE_ID_BYTES + 1];
	char now[OLD][STORE_ID_BYTES + 1];
	struct fixture *f = *state;
	pid_t child;

	put_aged(f, f->site, 31 * day_ms, old);
	put_aged(f, f->site, 29 * day_ms, young);
	put_aged(f, f->site, 0, now); /* or the clock is doubted */
	keep_days(f, f->site, "{\"retention_days\":30}");
	fixture_close(f);
	for (int round = 0; round < 4; round++) {
		child = fork();
		if (child == 0) {
			if (fixture_open(f) != 0)
				_exit(2);
			pause();
		}
		usleep(50000 + 10000 * (useconds_t)round);
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, NULL, 0), child);
	}
	assert_int_equal(fixture_open(f), 0); /* checks the file, too */
	wait_till_gone(f, f->site, old);
	assert_int_equal(left(f, f->site, young), OLD);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(records_are_kept_for_days),
	    CASE(records_go_though_somebody_always_writes),
	    CASE(texts_of_decisions_are_kept_for_days),
	    CASE(each_is_kept_for_its_time),
	    CASE(the_audit_log_is_kept_for_a_year),
	    CASE(a_clock_that_jumps_deletes_nothing),
	    CASE(a_clock_put_forward_ages_nothing),
	    CASE(entries_of_lists_expire),
	    CASE(killed_while_deleting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
