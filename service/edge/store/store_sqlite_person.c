#include "store_sqlite_person.h"

#include <inttypes.h>
#include <stdio.h>

#include "store_sqlite_arrival.h"
#include "store_sqlite_audit.h"
#include "store_sqlite_outbox.h"
#include "store_sqlite_queue.h"
#include "store_sqlite_rows.h"
#include "store_sqlite_settle.h"

enum {
	LOOK = 8192,       /* numbers of comments, for one page */
	BITE = 32,         /* comments erased at once, */
	ANSWERS = 1 << 15, /* after a look at so many answers for them */
	AFTER_BYTES = 72,
};

/* By number, with a plus lest the whole site be gone through for each part. */
static const char find_sql[] =
    "SELECT rowid FROM comment WHERE rowid > ?5 AND rowid <= ?6 AND +site = ?1"
    " AND ((author_id = ?2 AND ?2 <> '') OR (author_email = ?3 AND ?3 <> '')"
    " OR (id = ?4 AND ?4 <> '')) ORDER BY rowid LIMIT ?7";

/* Before the first comment there is, or where to go on; the last one. */
static const char bounds_sql[] =
    "SELECT max(?1, (SELECT ifnull(min(rowid), 1) - 1 FROM comment)),"
    " (SELECT ifnull(max(rowid), 0) FROM comment)";

static int
find_bounds(sqlite3 *db, int64_t *after, int64_t *last)
{
	sqlite3_stmt *q = NULL;
	int code = sqlite3_prepare_v2(db, bounds_sql, -1, &q, NULL);

	sqlite3_bind_int64(q, 1, *after);
	if (code == SQLITE_OK)
		code = sqlite3_step(q);
	if (code == SQLITE_ROW) {
		*after = sqlite3_column_int64(q, 0);
		*last = sqlite3_column_int64(q, 1);
	}
	sqlite3_finalize(q);
	return code == SQLITE_ROW ? SQLITE_DONE : code;
}

/* Fills a page: an SQLite code. */
static int
find(sqlite3 *db, struct store_person_page *p)
{
	const struct store_person *who = &p->who;
	sqlite3_stmt *q = NULL;
	int64_t after = p->after, last = 0;
	int code = find_bounds(db, &after, &last);

	p->n = 0;
	p->next = 0;
	if (code == SQLITE_DONE)
		code = sqlite3_prepare_v2(db, find_sql, -1, &q, NULL);
	if (code != SQLITE_OK)
		return code;
	sqlite3_bind_int64(q, 1, who->site);
	sqlite_bind_span(q, 2, who->author_id);
	sqlite_bind_span(q, 3, who->author_email);
	sqlite_bind_span(q, 4, who->comment);
	sqlite3_bind_int64(q, 5, after);
	sqlite3_bind_int64(q, 6, after + LOOK);
	sqlite3_bind_int64(q, 7, p->most);
	while (p->n < p->most && (code = sqlite3_step(q)) == SQLITE_ROW)
		p->numbers[p->n++] = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		return code;
	if (p->n == p->most)
		p->next = p->numbers[p->n - 1];
	else if (after + LOOK < last)
		p->next = after + LOOK;
	return SQLITE_DONE;
}

static int
find_page(struct store_reader *r, struct store_person_page *p, struct err *e)
{
	struct sqlite_link *l = sqlite_reader_link(r);
	int64_t arrived;
	int code = sqlite_arrival_first(l, &arrived);

	if (code == SQLITE_DONE && arrived > 0)
		return err_set(e, ERR_BUSY,
		    "comments that came in a crowd are still being sorted in:"
		    " ask again in a moment");
	if (code == SQLITE_DONE && find(l->db, p) == SQLITE_DONE)
		return 0;
	return sqlite_link_fault(l, e);
}

/* The numbers of decisions that name him, or the one text that is meant. */
#define OF_HIS                                                                 \
	"(SELECT rowid FROM decision"                                          \
	"  WHERE site = ?1 AND author = ?2 AND author <> 0"                    \
	" UNION ALL SELECT rowid FROM decision"                                \
	"  WHERE site = ?1 AND author_email = ?3 AND author_email <> ''"       \
	" UNION ALL SELECT rowid FROM decision"                                \
	"  WHERE site = ?1 AND id = ?4 AND comment IS NULL)"

static void
bind_person(sqlite3_stmt *q, const struct store_person *who)
{
	sqlite3_bind_int64(q, 1, who->site);
	sqlite3_bind_int64(q, 2, (int64_t)who->author);
	sqlite_bind_span(q, 3, who->author_email);
	sqlite_bind_span(q, 4, who->comment);
}

static const char select_labels[] =
    "SELECT " SQLITE_DECISION_COLUMNS ", rowid FROM decision"
    " WHERE rowid > ?5 AND content <> '' AND rowid IN " OF_HIS
    " ORDER BY rowid LIMIT ?6";

static int
each_label(struct store_reader *r, struct store_person_labels *p, struct err *e)
{
	struct sqlite_link *l = sqlite_reader_link(r);
	sqlite3_stmt *q = sqlite_link_once(l, select_labels, e);
	struct decision d = {.order = 0};
	uint32_t n = 0;
	int code;

	if (q == NULL)
		return -1;
	bind_person(q, &p->who);
	sqlite3_bind_int64(q, 5, p->after);
	sqlite3_bind_int64(q, 6, p->most);
	for (; (code = sqlite3_step(q)) == SQLITE_ROW; n++) {
		sqlite_decision_read(q, &d);
		p->each(p->arg, &d);
	}
	p->next = n == p->most ? d.order : 0;
	return sqlite_link_end(l, q, code, e);
}

#define WORDS_GONE                                                             \
	"UPDATE decision SET content = '', note = '', reason = '', leads = 0"
#define NOBODYS  WORDS_GONE ", author = 0, author_email = '' WHERE "
#define WORDLESS NOBODYS "site = ?1 AND "

/* What becomes of one comment, of a site and a number. */
static const char *const of_comment[] = {
    WORDLESS "comment = (SELECT id FROM comment WHERE rowid = ?2)",
    "DELETE FROM comment WHERE site = ?1 AND rowid = ?2",
};

/* Of what was decided about him, by his hash. */
static const char *const of_author[] = {
    WORDLESS "author <> 0 AND author = ?2",
};

/* His texts without a comment, some at a time: they are still his then. */
static const char some_labels[] =
    WORDS_GONE " WHERE rowid IN (SELECT rowid FROM decision"
	       " WHERE content <> '' AND rowid IN " OF_HIS " LIMIT ?5)";

/* What else names him, and what was decided about whoever wrote that. */
static const char *const of_his[] = {
    WORDLESS "author <> 0 AND author IN"
	     " (SELECT author FROM decision WHERE rowid IN " OF_HIS ")",
    NOBODYS "rowid IN " OF_HIS,
};

/* What becomes of the rest: by his pseudonym. */
static const char *const of_person[] = {
    ("UPDATE report SET reporter = lower(hex(randomblob(16))), note = ''"
     " WHERE site = ?1 AND reporter = ?3 AND ?3 <> ''"),
    /* so that no word of his is left in what words are found by */
    "UPDATE card_progress SET merge = 1, merged_at = 0",
};

enum {
	OF_COMMENT = sizeof of_comment / sizeof *of_comment,
	OF_AUTHOR = sizeof of_author / sizeof *of_author,
	OF_HIS_ALL = sizeof of_his / sizeof *of_his,
	OF_PERSON = sizeof of_person / sizeof *of_person,
};

/* Runs statements about one thing of a site: an SQLite code. */
static int
run_all(struct store_sqlite *s, const char *const *sql, unsigned n,
    const struct store_ref *about, int64_t number)
{
	int code = SQLITE_DONE;

	for (unsigned i = 0; i < n && code == SQLITE_DONE; i++) {
		struct err ignored; /* the link has it, too */
		sqlite3_stmt *q = sqlite_prepare_once(s, sql[i], &ignored);

		if (q == NULL)
			return SQLITE_ERROR;
		sqlite3_bind_int64(q, 1, about->site);
		sqlite3_bind_int64(q, 2, number);
		if (sqlite3_bind_parameter_count(q) > 2)
			sqlite_bind_span(q, 3, about->id);
		code = sqlite3_step(q);
		sqlite3_finalize(q);
	}
	return code;
}

/* That it was done, and how much; not to whom. */
static int
write_down(struct store_sqlite *s, const struct store_erasure *x)
{
	char after[AFTER_BYTES];
	int n = snprintf(after, sizeof after,
	    "{\"comments\":%" PRId64 ",\"labels\":%" PRId64 "}", x->comments,
	    x->labels);

	return sqlite_audit_put(s, &(struct audit_entry){
				       .site = x->who.site,
				       .actor = x->by,
				       .action = span_of("author.erased"),
				       .after = {after, (size_t)n},
				   });
}

/* Runs a statement about him, of so many rows: an SQLite code. */
static int
run_on(struct store_sqlite *s, const char *sql, const struct store_person *who,
    int most)
{
	struct err ignored; /* the link has it, too */
	sqlite3_stmt *q = sqlite_prepare_once(s, sql, &ignored);
	int code;

	if (q == NULL)
		return SQLITE_ERROR;
	bind_person(q, who);
	if (sqlite3_bind_parameter_count(q) > 4)
		sqlite3_bind_int(q, 5, most);
	code = sqlite3_step(q);
	sqlite3_finalize(q);
	return code;
}

static int
close_case(struct store_sqlite *s, const struct store_erasure *x)
{
	struct store_ref about = {.site = x->who.site, .id = x->who.reporter};
	int code = SQLITE_DONE;

	for (unsigned i = 0; i < OF_HIS_ALL && code == SQLITE_DONE; i++)
		code = run_on(s, of_his[i], &x->who, 0);
	if (code == SQLITE_DONE)
		code = run_all(s, of_person, OF_PERSON, &about, 0);
	return code == SQLITE_DONE ? write_down(s, x) : code;
}

/* Erases some of his texts without a comment: an SQLite code. */
static int
erase_labels(struct store_sqlite *s, struct store_erasure *x, bool *more)
{
	int code = run_on(s, some_labels, &x->who, BITE);
	int n = code == SQLITE_DONE ? sqlite3_changes(s->link.db) : 0;

	x->labels += n;
	*more = n == BITE;
	return code;
}

static const char next_answers[] =
    "SELECT count(*), ifnull(max(rowid), 0) FROM (SELECT rowid FROM answer"
    " WHERE rowid > ?1 ORDER BY rowid LIMIT ?2)";

/* With a plus, as above. */
static const char drop_answers[] =
    "DELETE FROM answer WHERE rowid > ?1 AND rowid <= ?2 AND +site = ?3"
    " AND instr(answer, (SELECT id FROM comment WHERE rowid = ?4)) > 0";

/*
 * Drops those of the next `left` answers that speak of a comment: nothing
 * but their text says it, and there may be a day's. An SQLite code.
 */
static int
drop_some_answers(
    struct store_sqlite *s, struct store_erasure *x, int64_t *left)
{
	struct err ignored;
	sqlite3_stmt *q = sqlite_prepare_once(s, next_answers, &ignored);
	int64_t n = 0, last = 0;
	int code;

	sqlite3_bind_int64(q, 1, x->looked);
	sqlite3_bind_int64(q, 2, *left);
	code = sqlite3_step(q);
	if (code == SQLITE_ROW) {
		n = sqlite3_column_int64(q, 0);
		last = sqlite3_column_int64(q, 1);
	}
	sqlite3_finalize(q);
	if (code != SQLITE_ROW)
		return code;
	q = sqlite_prepare_once(s, drop_answers, &ignored);
	sqlite3_bind_int64(q, 1, x->looked);
	sqlite3_bind_int64(q, 2, last);
	sqlite3_bind_int64(q, 3, x->who.site);
	sqlite3_bind_int64(q, 4, x->of);
	code = sqlite3_step(q);
	sqlite3_finalize(q);
	x->looked = n < *left ? 0 : last;
	*left -= n;
	return code;
}

/*
 * Erases a comment, and what was decided about its author: his hash is asked
 * for, as a comment may have no card yet. An SQLite code.
 */
static int
erase_one(struct store_sqlite *s, const struct store_ref *about, int64_t number)
{
	struct store_facets f = {0};
	struct record r;
	int code = sqlite_describe(s, number, &r, &f);

	if (code == SQLITE_ROW)
		code =
		    run_all(s, of_author, OF_AUTHOR, about, (int64_t)f.author);
	return code == SQLITE_DONE
		   ? run_all(s, of_comment, OF_COMMENT, about, number)
		   : code;
}

/* Erases what is among the comments: an SQLite code. */
static int
erase_some(struct store_sqlite *s, struct store_erasure *x)
{
	struct store_ref about = {.site = x->who.site};
	int64_t numbers[BITE];
	struct store_person_page p = {
	    .who = x->who,
	    .after = x->after,
	    .numbers = numbers,
	    .most = BITE,
	};
	int64_t left = ANSWERS;
	uint32_t n = 0;
	int code = find(s->link.db, &p);

	while (n < p.n && left > 0 && code == SQLITE_DONE) {
		if (x->of != numbers[n])
			x->looked = 0;
		x->of = numbers[n];
		code = drop_some_answers(s, x, &left);
		if (code == SQLITE_DONE && x->looked == 0)
			code = erase_one(s, &about, numbers[n++]);
	}
	x->comments += n;
	if (n == p.n)
		x->after = p.next;
	else if (n > 0)
		x->after = numbers[n - 1];
	x->done = n == p.n && p.next == 0;
	if (code == SQLITE_DONE && x->done)
		code = close_case(s, x);
	return code;
}

/* In a transaction: 0 or -1. First all are comments that came before. */
static int
erase(struct store_sqlite *s, void *arg, struct err *e)
{
	struct store_erasure *x = arg;
	bool more;
	int code;

	if (x->until == 0)
		x->until = s->number;
	code = sqlite_settle_oldest(s, x->until, &more);
	if (code == SQLITE_DONE && !more)
		code = erase_labels(s, x, &more);
	if (code == SQLITE_DONE && !more)
		code = erase_some(s, x);
	s->scrub = true;
	if (code != SQLITE_DONE)
		return sqlite_link_fault(&s->link, e);
	return sqlite_link_number(&s->link,
	    "SELECT ifnull(max(rowid), 0) FROM decision", &x->decided, e);
}

static int
erase_in_turn(struct store *s, struct store_erasure *x, struct err *e)
{
	return sqlite_in_turn(s, erase, x, e);
}

const struct store_person_ops sqlite_person_ops = {
    .find = find_page,
    .each_label = each_label,
    .erase = erase_in_turn,
};
