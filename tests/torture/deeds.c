#include "deeds_inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../service/edge/review/facets.h"
#include "../../service/edge/store/store_audit.h"
#include "../../service/edge/store/store_backup.h"
#include "../../service/edge/store/store_notes.h"
#include "../../service/edge/store/store_sqlite.h"
#include "../contract/store_fixture.h"
#include "disk.h"

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

static const int64_t day_ms = 24 * 3600 * 1000;

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

static int
add_own_site(struct deeds *d, struct err *e)
{
	char settings[160];
	struct store_change c = {
	    .kind = CHANGE_ADD_SITE,
	    .site = {.name = "blog.example", .created_at_ms = 1},
	};
	int result;

	snprintf(settings, sizeof(settings),
	    "{\"retention_days\":%d,\"retention_spam_days\":0,"
	    "\"retention_text_days\":0,\"retention_request_days\":0}",
	    KEPT_DAYS);
	c.site.settings = span_of(settings);
	result = store_change(d->f.store, &c, 1, e);
	d->f.site = c.id;
	return result;
}

/* The site, unless it is there: an earlier try may have been cut short. */
static bool
make_site(struct deeds *d)
{
	struct fixture *f = &d->f;
	struct err e = {0};

	if (d->site != ACKED) {
		d->site = SENT;
		if (add_own_site(d, &e) == 0)
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
	    .describe = facets_describe, .arg = &d->keys};
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
	deeds_look_away(d);
	fixture_close(&d->f);
}

void
deeds_look(struct deeds *d)
{
	if (sqlite3_open_v2(d->f.path, &d->onlooker, SQLITE_OPEN_READONLY,
		NULL) != SQLITE_OK ||
	    sqlite3_exec(d->onlooker, "BEGIN; SELECT * FROM site", NULL, NULL,
		NULL) != SQLITE_OK)
		deeds_look_away(d);
}

void
deeds_look_away(struct deeds *d)
{
	sqlite3_close(d->onlooker);
	d->onlooker = NULL;
}

void
deeds_hurry(struct deeds *d)
{
	struct store_sqlite *s = (struct store_sqlite *)d->f.store;

	pthread_mutex_lock(&s->turn);
	s->retry_at_ms = s->tidy_at_ms = 0;
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

struct span
deed_text(const char *id, char out[TEXT_BYTES])
{
	size_t n = 100 + (size_t)(id[25] * 37 + id[24] * 11) % 1900;

	for (size_t i = 0; i < n; i++)
		out[i] = i % 27 == 26 ? ' ' : id[i % 27];
	return (struct span){out, n};
}

const char *
deed_action(const char *id)
{
	static const char *const actions[] = {"hold", "publish", "reject"};

	return actions[(unsigned char)id[23] % 3];
}

void
deed_answer(char out[ANSWER_BYTES], const char *id)
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
	if (c->old)
		return NULL;
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
	p->record.received_at_ms = clock_unix_ms();
	c->old = disk_random(8) == 0;
	if (c->old) {
		p->record.received_at_ms -= (KEPT_DAYS + 1) * day_ms;
		secrets_ulid(p->record.received_at_ms, p->record.id);
	}
	memcpy(c->id, p->record.id, sizeof(c->id));
	p->record.content = deed_text(c->id, p->text);
	p->record.action = span_of(deed_action(c->id));
	deed_answer(p->answer, c->id);
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

	if (c->put != ACKED || c->noted != NOT_SENT || c->old)
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

/* How many must be in a copy that is made now. */
static int64_t
count_kept(const struct deeds *d)
{
	int64_t kept = 0;

	for (size_t i = 0; i < d->n; i++)
		kept += d->comments[i].put == ACKED && !d->comments[i].old;
	return kept;
}

void
deeds_back_up(struct deeds *d)
{
	char file[128];
	struct store_copy c = {.file = file};
	int64_t least = count_kept(d);
	struct err e = {0};

	snprintf(file, sizeof(file), "%s/copy.db", d->f.folder);
	if (store_back_up(d->f.uri, &c, &e) != 0) {
		must(disk_is_off() || disk_has_failed(), "no copy: %s", e.text);
		must(access(file, F_OK) != 0, "a copy that failed is there");
		return;
	}
	must(c.comments >= least && c.comments <= (int64_t)d->n,
	    "a copy of %lld comments, not %lld to %zu", (long long)c.comments,
	    (long long)least, d->n);
	deeds_ask_sqlite(file, "PRAGMA integrity_check", "ok");
	unlink(file);
	d->copies++;
}

void
deeds_call_at(struct deeds *d, unsigned n, void (*then)(void))
{
	d->call_at = n;
	d->then = then;
}

unsigned long
deeds_arrived(const struct deeds *d)
{
	return d->arrived;
}

unsigned long
deeds_faded(const struct deeds *d)
{
	return d->faded;
}

unsigned long
deeds_copies(const struct deeds *d)
{
	return d->copies;
}

unsigned long
deeds_acked(const struct deeds *d)
{
	return d->acked;
}
