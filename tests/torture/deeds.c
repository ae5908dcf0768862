#include "deeds.h"

#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../service/edge/review/facets.h"
#include "../../service/edge/store/store_audit.h"
#include "../../service/edge/store/store_notes.h"
#include "../../service/edge/store/store_sqlite.h"
#include "../contract/store_fixture.h"
#include "disk.h"

enum {
	IN_FLIGHT = 16,
	COMMENTS_MAX = 20000,
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
	enum progress site;
	struct comment_deed *comments;
	size_t n;
	struct flight flights[IN_FLIGHT];
	unsigned left; /* puts to begin */
	unsigned long acked, call_at;
	void (*then)(void);
	unsigned char secret[SECRET_BYTES];
	unsigned char describing[1 << 18];
};

void
must(bool well, const char *format, ...)
{
	va_list args;

	if (well)
		return;
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(EXIT_FAILURE);
}

/* ---- the store */

struct deeds *
deeds_new(void)
{
	struct deeds *d = calloc(1, sizeof(*d));
	struct fixture *f = &d->f;
	struct err e = {0};

	snprintf(f->folder, sizeof(f->folder), "%s/power.XXXXXX", P_tmpdir);
	must(mkdtemp(f->folder) != NULL && secrets_init(&e) == 0, "no folder");
	snprintf(f->path, sizeof(f->path), "%s/test.db", f->folder);
	snprintf(f->uri, sizeof(f->uri), "sqlite:%s", f->path);
	f->loop = loop_open(&e);
	must(f->loop != NULL, "%s", e.text);
	arena_init(&f->arena, f->block, sizeof(f->block));
	d->comments = calloc(COMMENTS_MAX, sizeof(*d->comments));
	must(d->comments != NULL, "no memory");
	return d;
}

void
deeds_free(struct deeds *d)
{
	deeds_close(d);
	loop_close(d->f.loop);
	nftw(d->f.folder, fixture_remove, 8, FTW_DEPTH | FTW_PHYS);
	free(d->comments);
	free(d);
}

/* The site, unless it is there: an earlier try may have been cut short. */
static bool
make_site(struct deeds *d)
{
	struct fixture *f = &d->f;
	struct err e = {0};

	if (d->site != ACKED) {
		d->site = SENT;
		if (add_site(f->store, "blog.example", &f->site, &e) == 0)
			d->site = ACKED;
		else if (e.code == ERR_TAKEN || e.code == ERR_CONFLICT)
			f->site = 1, d->site = ACKED;
		else
			must(e.code == ERR_DOWN, "no site: %s", e.text);
	}
	return d->site == ACKED;
}

bool
deeds_open(struct deeds *d)
{
	struct fixture *f = &d->f;
	struct store_describer by = {
	    .describe = facets_describe, .arg = d->secret};
	struct err e = {0};

	f->store = store_open(f->uri, &e);
	f->reader = f->store ? store_reader_open(f->store, &e) : NULL;
	if (f->reader == NULL) {
		must(disk_is_off() || disk_has_failed(), "%s", e.text);
		deeds_close(d);
		return false;
	}
	arena_init(&by.arena, d->describing, sizeof(d->describing));
	store_describe_by(f->store, &by);
	return make_site(d);
}

void
deeds_close(struct deeds *d)
{
	fixture_close(&d->f);
}

void
deeds_hurry(struct deeds *d)
{
	struct store_sqlite *s = (struct store_sqlite *)d->f.store;

	pthread_mutex_lock(&s->turn);
	s->retry_at_ms = 0;
	pthread_mutex_unlock(&s->turn);
}

bool
deeds_is_up(struct deeds *d, unsigned ms)
{
	for (; ms > 0 && !store_up(d->f.store); ms--)
		usleep(1000);
	return store_up(d->f.store);
}

/* ---- what is done */

/* A comment's text says which it is, whatever its length. */
static struct span
text_of(const char *id, char out[TEXT_BYTES])
{
	size_t n = 100 + (size_t)(id[25] * 37 + id[24] * 11) % 1900;

	for (size_t i = 0; i < n; i++)
		out[i] = i % 27 == 26 ? ' ' : id[i % 27];
	return (struct span){out, n};
}

static void
say(char out[ANSWER_BYTES], const char *id)
{
	snprintf(out, ANSWER_BYTES, "answer %s", id);
}

/* One whose comment came so far and was not decided or not undone yet. */
static struct comment_deed *
find_deed(struct deeds *d, bool *undo)
{
	struct comment_deed *c;

	if (d->n == 0 || disk_random(3) != 0)
		return NULL;
	c = &d->comments[disk_random(d->n)];
	*undo = c->decided == ACKED && c->undone == NOT_SENT;
	return *undo || (c->put == ACKED && c->decided == NOT_SENT) ? c : NULL;
}

static void
fill_undo(struct flight *p, struct comment_deed *c)
{
	p->undo = (struct undo){
	    .site = p->deeds->f.site,
	    .decision = span_of(c->decision),
	    .comment = span_of(c->id),
	    .by = span_of("abcdefgh"),
	    .at_ms = clock_unix_ms(),
	};
	p->put.undo = &p->undo;
	p->progress = &c->undone;
}

static void
fill_decision(struct flight *p, struct comment_deed *c)
{
	p->decision = (struct decision){
	    .site = p->deeds->f.site,
	    .created_at_ms = clock_unix_ms(),
	    .kind = (enum decision_kind)disk_random(DECISION_KINDS),
	    .learn = true,
	    .comment = span_of(c->id),
	    .actor = span_of("moderator"),
	    .api_key = span_of("abcdefgh"),
	};
	secrets_ulid(clock_unix_ms(), p->decision.id);
	memcpy(c->decision, p->decision.id, sizeof(c->decision));
	c->kind = p->decision.kind;
	p->put.decisions = &p->decision;
	p->put.n_decisions = 1;
	p->progress = &c->decided;
}

static void
fill_comment(struct flight *p)
{
	struct deeds *d = p->deeds;
	struct comment_deed *c = &d->comments[d->n++];

	must(d->n < COMMENTS_MAX, "too many comments");
	p->record = record_of(d->f.site);
	memcpy(c->id, p->record.id, sizeof(c->id));
	p->record.content = text_of(c->id, p->text);
	say(p->answer, c->id);
	p->put.records = &p->record;
	p->put.n = 1;
	p->put.once =
	    (struct store_once){.site = d->f.site, .key = span_of(c->id)};
	p->put.answer = span_of(p->answer);
	p->progress = &c->put;
}

static void land(struct store_put *put);

static void
launch(struct flight *p)
{
	struct deeds *d = p->deeds;
	struct comment_deed *c;
	bool undo;

	if (d->left == 0)
		return;
	d->left--;
	p->put = (struct store_put){.loop = d->f.loop, .done = land};
	c = find_deed(d, &undo);
	if (c == NULL)
		fill_comment(p);
	else if (undo)
		fill_undo(p, c);
	else
		fill_decision(p, c);
	*p->progress = SENT;
	p->under_way = true;
	store_put(d->f.store, &p->put);
}

static void
acknowledge(struct deeds *d, enum progress *progress)
{
	*progress = ACKED;
	d->acked++;
	if (d->call_at > 0 && --d->call_at == 0)
		d->then();
}

static void
land(struct store_put *put)
{
	struct flight *p = (struct flight *)put;
	struct deeds *d = p->deeds;

	p->under_way = false;
	must(put->result == STORE_DONE || put->result == STORE_DOWN,
	    "a put came back with %d", (int)put->result);
	if (put->result == STORE_DONE)
		acknowledge(d, p->progress);
	else
		d->left = 0;
	launch(p);
}

static bool
is_waiting(const struct deeds *d)
{
	for (int i = 0; i < IN_FLIGHT; i++)
		if (d->flights[i].under_way)
			return true;
	return false;
}

/* A note goes the way of what is written at once. */
static void
add_note(struct deeds *d)
{
	struct comment_deed *c = &d->comments[disk_random(d->n)];
	struct note n = {
	    .site = d->f.site,
	    .created_at_ms = clock_unix_ms(),
	    .comment = span_of(c->id),
	    .author = span_of("jammy"),
	    .content = span_of("seen"),
	};
	struct err e;

	if (c->put != ACKED || c->noted != NOT_SENT)
		return;
	secrets_ulid(clock_unix_ms(), n.id);
	memcpy(c->note, n.id, sizeof(c->note));
	c->noted = SENT;
	if (store_add_note(d->f.store, &n, &e) == 0)
		acknowledge(d, &c->noted);
}

void
deeds_do(struct deeds *d, unsigned puts)
{
	d->left = puts;
	for (int i = 0; i < IN_FLIGHT; i++) {
		d->flights[i].deeds = d;
		launch(&d->flights[i]);
	}
	while (is_waiting(d)) {
		loop_turn(d->f.loop, 100);
		if (d->n > 0 && disk_random(8) == 0)
			add_note(d);
	}
}

void
deeds_call_at(struct deeds *d, unsigned n, void (*then)(void))
{
	d->call_at = n;
	d->then = then;
}

unsigned long
deeds_acked(const struct deeds *d)
{
	return d->acked;
}

/* ---- what must be there */

/* What the store has of one comment's decision and note. */
struct found {
	const struct comment_deed *deed;
	unsigned decisions, notes, others;
	bool undone;
};

static void
see_decision(void *arg, const struct decision *l)
{
	struct found *found = arg;

	if (strcmp(l->id, found->deed->decision) != 0)
		found->others++;
	found->decisions++;
	found->undone = l->undone_at_ms != 0;
}

static void
see_note(void *arg, const struct note *n)
{
	struct found *found = arg;

	if (strcmp(n->id, found->deed->note) != 0)
		found->others++;
	found->notes++;
}

/* One that was acknowledged is there once; one not sent is not. */
static void
check_count(const char *what, const char *id, enum progress p, unsigned n)
{
	must(n <= 1, "%s of %s is there %u times", what, id, n);
	must(p != ACKED || n == 1, "%s of %s is lost", what, id);
	must(p != NOT_SENT || n == 0, "%s of %s was never sent", what, id);
}

/* The text and the answer came with the row. */
static void
check_row(struct deeds *d, const struct comment_deed *c, const struct record *r)
{
	struct store_once once = {.site = d->f.site, .key = span_of(c->id)};
	char text[TEXT_BYTES], wanted[ANSWER_BYTES];
	struct span answer;
	struct err e;

	must(span_equal(r->content, text_of(c->id, text)), "the text of %s",
	    c->id);
	say(wanted, c->id);
	must(store_get_answer(d->f.reader, &once, &d->f.arena, &answer, &e) ==
		     0 &&
		 span_equal(answer, span_of(wanted)),
	    "the answer of %s", c->id);
}

static void
check_comment(struct deeds *d, const struct comment_deed *c)
{
	struct store_ref ref = {d->f.site, span_of(c->id)};
	struct found found = {.deed = c};
	enum comment_state wanted = COMMENT_HELD;
	struct record r;
	struct err e;
	bool there = has(&d->f, c->id, &r);

	check_count("comment", c->id, c->put, there);
	if (!there)
		return;
	check_row(d, c, &r);
	must(store_each_of_comment(d->f.reader, ref,
		 &(struct decision_visit){see_decision, &found, 9}, &e) == 0 &&
		 store_each_note(d->f.reader, ref,
		     &(struct note_visit){see_note, &found}, &e) == 0,
	    "%s", e.text);
	check_count("decision", c->id, c->decided, found.decisions);
	check_count("undo", c->id, c->undone, found.undone);
	check_count("note", c->id, c->noted, found.notes);
	must(found.others == 0, "%s has what it should not", c->id);
	if (found.decisions > 0 && !found.undone)
		wanted = decision_state(c->kind);
	must(r.state == wanted, "%s is %s", c->id, comment_state_name(r.state));
}

/* Asks what SQLite itself has to say, on a connection of its own. */
static void
ask_sqlite(struct deeds *d, const char *sql, const char *wanted)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *q = NULL;
	const char *says = NULL;
	int code = sqlite3_open_v2(d->f.path, &db, SQLITE_OPEN_READONLY, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_prepare_v2(db, sql, -1, &q, NULL);
	must(code == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
	if (sqlite3_step(q) == SQLITE_ROW)
		says = (const char *)sqlite3_column_text(q, 0);
	must(says == wanted || (says && wanted && strcmp(says, wanted) == 0),
	    "%s: %s", sql, says == NULL ? sqlite3_errmsg(db) : says);
	sqlite3_finalize(q);
	sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_close(db);
}

void
deeds_check(struct deeds *d)
{
	struct audit_check audit;
	struct err e;

	for (size_t i = 0; i < d->n; i++)
		check_comment(d, &d->comments[i]);
	must(store_check_audit(d->f.reader, &audit, &e) == 0, "the audit log");
	must(audit.broken == 0, "entry %lld of the audit log",
	    (long long)audit.broken);
	ask_sqlite(d, "PRAGMA integrity_check", "ok");
	ask_sqlite(d, "PRAGMA foreign_key_check", NULL);
	ask_sqlite(d,
	    "SELECT name FROM (SELECT site, state AS name, count(*) FROM"
	    " comment GROUP BY site, state EXCEPT SELECT site, name, n"
	    " FROM tally WHERE kind = 'state')",
	    NULL);
}
