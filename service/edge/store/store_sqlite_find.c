/*
 * One comment found, or those of one id: among the comments, and in the packs
 * of what came in a crowd.
 */
#include "store_sqlite_arrival.h"
#include "store_sqlite_outbox.h"
#include "store_sqlite_places.h"
#include "store_sqlite_queue.h"
#include "store_sqlite_verbs.h"

#include <math.h>

enum { GET, BY_ENGINE_ID, BY_TEXT, STATEMENTS };
SQLITE_PLACES(READER_PLACE_FIND, STATEMENTS, READER_PLACES);

/* The newest of them only: of an empty text there may be very many. */
enum { OF_A_TEXT = 64 };

static const char *const sql[STATEMENTS] = {
    [GET] = sqlite_select_record,
    [BY_ENGINE_ID] = sqlite_select_by_engine_id,
    /* what is not named agrees with nothing, lest anybody's be taken */
    [BY_TEXT] =
	"SELECT id, agree FROM"
	" (SELECT rowid AS at, id, (?3 || ?4 || ?5 = '')"
	"  + (?3 <> '' AND ?3 = author_name) + (?4 <> '' AND ?4 = author_email)"
	"  + (?5 <> '' AND ?5 = author_ip) AS agree"
	"  FROM comment WHERE site = ?1 AND fingerprint = ?2"
	"  ORDER BY rowid DESC LIMIT ?6)"
	" WHERE agree > 0 ORDER BY agree DESC, at DESC LIMIT 1",
};

static sqlite3_stmt *
statement(struct sqlite_link *l, unsigned which)
{
	return sqlite_link_kept(l, READER_PLACE_FIND + which, sql[which], NULL);
}

/* What a search has found so far. */
struct look {
	struct arena *arena;
	const struct record_visit *visit;
	const struct record *like;
	struct record *out;
	char *id;
	uint32_t n;
	int agree;
	bool full; /* the arena */
};

/* The look is over, with this SQLite code: 0 or -1. */
static int
end(struct sqlite_link *link, int code, struct err *e)
{
	if (code != SQLITE_DONE)
		sqlite_link_fault(link, e);
	sqlite_end_look(link);
	return code == SQLITE_DONE ? 0 : -1;
}

/* Has the record own its texts; otherwise the arena is full. */
static bool
own(struct record *r, struct arena *a)
{
	for (int i = 0; i < RECORD_TEXTS; i++) {
		struct span *text =
		    (struct span *)((char *)r + sqlite_record_texts[i]);

		*text = arena_copy(a, *text);
		if (text->p == NULL)
			return false;
	}
	return true;
}

/* ---- by id */

static bool
take_arrived(void *arg, const struct sqlite_arrived *it, int64_t pack)
{
	struct look *l = arg;

	(void)pack;
	l->n++;
	*l->out = it->record;
	l->out->drift = NULL; /* as if it were a comment */
	l->full = !own(l->out, l->arena);
	return false;
}

/* Looks among the comments, then in packs: an SQLite code. */
static int
get(struct sqlite_link *link, struct store_ref ref, struct look *l)
{
	sqlite3_stmt *s = statement(link, GET);
	int code;

	if (s == NULL)
		return sqlite3_errcode(link->db);
	sqlite3_bind_int64(s, 1, ref.site);
	sqlite_bind_span(s, 2, ref.id);
	code = sqlite3_step(s);
	if (code == SQLITE_ROW) {
		l->n++;
		l->full = sqlite_record_read(s, l->arena, l->out) != 0;
	}
	sqlite3_reset(s);
	if (code == SQLITE_ROW)
		return SQLITE_DONE;
	return code == SQLITE_DONE
		   ? sqlite_get_arrived(link, ref, take_arrived, l)
		   : code;
}

int
sqlite_get(struct store_reader *r, struct store_ref ref, struct arena *a,
    struct record *out, struct err *e)
{
	struct sqlite_link *link = sqlite_reader_link(r);
	struct look l = {.arena = a, .out = out};
	size_t used = a->used;
	int code = sqlite_begin_look(link);

	if (code == SQLITE_DONE)
		code = get(link, ref, &l);
	if (end(link, code, e) != 0)
		return -1;
	if (l.n == 0)
		return err_set(e, ERR_MISSING, "there is no such comment");
	if (!l.full)
		return 0;
	arena_rewind(a, used);
	return sqlite_too_large(e);
}

static bool
take_number(void *arg, const struct sqlite_arrived *it, int64_t pack)
{
	(void)pack;
	*(int64_t *)arg = it->number;
	return false;
}

int
sqlite_arrived_aside(struct store_reader *r, struct store_ref ref,
    struct queue_aside *out, struct err *e)
{
	struct sqlite_link *link = sqlite_reader_link(r);
	int64_t number = 0;

	if (sqlite_get_arrived(link, ref, take_number, &number) != SQLITE_DONE)
		return sqlite_link_fault(link, e);
	if (number == 0)
		return err_set(e, ERR_MISSING, "there is no such comment");
	*out = (struct queue_aside){.number = number, .shadow = {.score = NAN}};
	return 0;
}

/* ---- by the engine's id */

static bool
show_arrived(void *arg, const struct sqlite_arrived *it, int64_t pack)
{
	struct look *l = arg;
	struct record r = it->record;

	(void)pack;
	r.drift = NULL;
	l->visit->each(l->visit->arg, &r);
	return ++l->n < l->visit->most;
}

/* Those that came in a crowd are the newest, or nearly. */
static int
each_of_engine_id(
    struct sqlite_link *link, struct store_ref ref, struct look *l)
{
	const struct record like = {.site = ref.site, .engine_id = ref.id};
	const struct arrived_visit in_packs = {.by = ARRIVED_ENGINE_ID,
	    .like = &like,
	    .each = show_arrived,
	    .arg = l};
	sqlite3_stmt *s = statement(link, BY_ENGINE_ID);
	size_t used = l->arena->used;
	struct record record;
	int code = s == NULL ? sqlite3_errcode(link->db)
			     : sqlite_each_arrived(link, &in_packs);

	if (code != SQLITE_DONE)
		return code;
	sqlite3_bind_int64(s, 1, ref.site);
	sqlite_bind_span(s, 2, ref.id);
	sqlite3_bind_int64(s, 3, l->visit->most - l->n);
	while (!l->full && (code = sqlite3_step(s)) == SQLITE_ROW) {
		l->full = sqlite_record_read(s, l->arena, &record) != 0;
		if (!l->full)
			l->visit->each(l->visit->arg, &record);
		arena_rewind(l->arena, used);
	}
	sqlite3_reset(s);
	return l->full ? SQLITE_DONE : code;
}

int
sqlite_each_of_engine_id(struct store_reader *r, struct store_ref ref,
    const struct record_visit *visit, struct err *e)
{
	struct sqlite_link *link = sqlite_reader_link(r);
	struct look l = {.arena = visit->arena, .visit = visit};
	int code = sqlite_begin_look(link);

	if (code == SQLITE_DONE)
		code = each_of_engine_id(link, ref, &l);
	if (end(link, code, e) != 0)
		return -1;
	return l.full ? sqlite_too_large(e) : 0;
}

/* ---- by text */

static bool
is_named_so(struct span wanted, struct span is)
{
	return wanted.n > 0 && span_equal(wanted, is);
}

/* As the statement above. */
static int
agree(const struct record *like, const struct record *r)
{
	bool any = (like->author_name.n | like->author_email.n |
		       like->author_ip.n) == 0;

	return any + is_named_so(like->author_name, r->author_name) +
	       is_named_so(like->author_email, r->author_email) +
	       is_named_so(like->author_ip, r->author_ip);
}

static bool
weigh_arrived(void *arg, const struct sqlite_arrived *it, int64_t pack)
{
	struct look *l = arg;
	int n = agree(l->like, &it->record);

	(void)pack;
	if (n > l->agree) {
		l->agree = n;
		memcpy(l->id, it->record.id, STORE_ID_BYTES + 1);
	}
	return ++l->n < OF_A_TEXT;
}

static int
find_record(struct sqlite_link *link, struct look *l)
{
	const struct record *like = l->like;
	const struct arrived_visit in_packs = {.by = ARRIVED_FINGERPRINT,
	    .like = like,
	    .each = weigh_arrived,
	    .arg = l};
	sqlite3_stmt *s = statement(link, BY_TEXT);
	int code = s == NULL ? sqlite3_errcode(link->db)
			     : sqlite_each_arrived(link, &in_packs);

	if (code != SQLITE_DONE)
		return code;
	sqlite3_bind_int64(s, 1, like->site);
	sqlite3_bind_int64(s, 2, (int64_t)like->fingerprint);
	sqlite_bind_span(s, 3, like->author_name);
	sqlite_bind_span(s, 4, like->author_email);
	sqlite_bind_span(s, 5, like->author_ip);
	sqlite3_bind_int(s, 6, OF_A_TEXT);
	code = sqlite3_step(s);
	if (code == SQLITE_ROW && sqlite3_column_int(s, 1) > l->agree) {
		l->agree = sqlite3_column_int(s, 1);
		sqlite_copy_text(s, 0, l->id, STORE_ID_BYTES + 1);
	}
	sqlite3_reset(s);
	return code == SQLITE_ROW ? SQLITE_DONE : code;
}

int
sqlite_find_record(struct store_reader *r, const struct record *like,
    char id[STORE_ID_BYTES + 1], struct err *e)
{
	struct sqlite_link *link = sqlite_reader_link(r);
	struct look l = {.like = like, .id = id};
	int code = sqlite_begin_look(link);

	if (code == SQLITE_DONE)
		code = find_record(link, &l);
	if (end(link, code, e) != 0)
		return -1;
	if (l.agree == 0)
		return err_set(e, ERR_MISSING, "there is no such comment");
	return 0;
}
