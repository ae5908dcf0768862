#include "store_sqlite_audit.h"
#include "store_sqlite_outbox.h"

#include <stddef.h>

static const char *const states[DELIVERY_STATES] = {
    [DELIVERY_DUE] = "due",
    [DELIVERY_DONE] = "done",
    [DELIVERY_FAILED] = "failed",
    [DELIVERY_WITHDRAWN] = "withdrawn",
};

const char *
delivery_state_name(enum delivery_state s)
{
	return states[s];
}

/* The columns of a delivery, and the facts of a taken one. */
#define COLUMNS                                                                \
	"d.id, d.site, d.created_at, d.due_at, d.ended_at, d.attempts, "       \
	"d.status, d.state, d.webhook, d.type, d.comment, d.decision, "        \
	"d.before, d.after, d.error"
#define FACTS                                                                  \
	"ifnull(w.failures, d.attempts) AS failures, w.url, w.secret, "        \
	"iif(w.old_until > ?2, w.old_secret, ''), c.callback, c.engine_id, "   \
	"c.thread, s.name, x.kind, x.actor, x.reason, "                        \
	"iif(c.state = 'held', d.after, c.state), lane.at"

enum { SITE = 1, CREATED_AT, DUE_AT, ENDED_AT, ATTEMPTS, STATUS, STATE, TEXTS };

/* Texts of a delivery: ID is the first column, the others begin at TEXTS. */
static const struct {
	int column;
	size_t at;
} texts[] = {
    {0, offsetof(struct delivery, id)},
    {TEXTS, offsetof(struct delivery, webhook)},
    {TEXTS + 1, offsetof(struct delivery, type)},
    {TEXTS + 2, offsetof(struct delivery, comment)},
    {TEXTS + 3, offsetof(struct delivery, decision)},
    {TEXTS + 4, offsetof(struct delivery, before)},
    {TEXTS + 5, offsetof(struct delivery, after)},
    {TEXTS + 6, offsetof(struct delivery, error)},
    /* and of a taken one */
    {TEXTS + 8, offsetof(struct delivery, facts.url)},
    {TEXTS + 9, offsetof(struct delivery, facts.secret)},
    {TEXTS + 10, offsetof(struct delivery, facts.old_secret)},
    {TEXTS + 11, offsetof(struct delivery, facts.callback)},
    {TEXTS + 12, offsetof(struct delivery, facts.engine_id)},
    {TEXTS + 13, offsetof(struct delivery, facts.thread)},
    {TEXTS + 14, offsetof(struct delivery, facts.site)},
    {TEXTS + 15, offsetof(struct delivery, facts.action)},
    {TEXTS + 16, offsetof(struct delivery, facts.actor)},
    {TEXTS + 17, offsetof(struct delivery, facts.reason)},
    {TEXTS + 18, offsetof(struct delivery, facts.state)},
    {TEXTS + 19, offsetof(struct delivery, facts.place)},
};
enum { FAILURES = TEXTS + 7, N_TEXTS = sizeof texts / sizeof *texts };
enum { N_TEXTS_UNTAKEN = 8 };

/*
 * Where deliveries of a lane wait, however many: from each place the next is
 * sought. A callback has no webhook: its comment says where, and what came of
 * it before stands for how others went. ?1 is whether it is LANE_FAILING, ?4
 * which places are busy.
 */
#define LANE                                                                   \
	"WITH RECURSIVE places(at) AS (SELECT min(place) FROM delivery"        \
	" WHERE state = 'due' UNION ALL SELECT (SELECT min(place)"             \
	"  FROM delivery WHERE state = 'due' AND place > at)"                  \
	" FROM places WHERE at IS NOT NULL), lane AS"                          \
	" (SELECT at, ifnull(w.paused_until, 0) AS paused_until"               \
	" FROM places LEFT JOIN webhook AS w ON w.id = at"                     \
	" WHERE ifnull(w.active AND (w.failures > 0) = ?1,"                    \
	"  at GLOB iif(?1, '* again', '* first'))"                             \
	" AND instr(?4, char(10) || at || char(10)) = 0) "

/* Those of a lane that are due and may be sent now. */
static const char select_due[] =
    LANE "SELECT " COLUMNS ", " FACTS
	 " FROM lane CROSS JOIN delivery AS d ON d.rowid IN"
	 "  (SELECT rowid FROM delivery WHERE state = 'due'"
	 "  AND place = lane.at AND due_at <= ?2"
	 "  ORDER BY due_at LIMIT iif(?1, 1, 4))"
	 " JOIN site AS s ON s.id = d.site"
	 " LEFT JOIN webhook AS w ON w.id = d.webhook"
	 " LEFT JOIN comment AS c ON c.site = d.site AND c.id = d.comment"
	 " LEFT JOIN decision AS x ON x.site = d.site AND x.id = d.decision"
	 " WHERE lane.paused_until <= ?2 ORDER BY d.due_at, d.rowid LIMIT ?3";

/* When the first of those is due. */
static const char next_due[] =
    LANE "SELECT ifnull(min(max(paused_until, (SELECT min(due_at)"
	 " FROM delivery WHERE state = 'due' AND place = lane.at))),"
	 " 9223372036854775807) FROM lane";

/* Those of a webhook, the newest first. */
static const char select_of_webhook[] =
    "SELECT " COLUMNS " FROM delivery AS d WHERE site = ?1 AND webhook = ?2"
    " AND rowid < iif(?3 = '', 9223372036854775807,"
    "  (SELECT rowid FROM delivery WHERE id = ?3))"
    " ORDER BY rowid DESC LIMIT ?4";

static enum delivery_state
state_of(struct span name)
{
	int i = span_index(name, states, DELIVERY_STATES);

	return i < 0 ? DELIVERY_WITHDRAWN : (enum delivery_state)i;
}

static struct span *
text_of(struct delivery *d, int i)
{
	return (struct span *)((char *)d + texts[i].at);
}

static struct delivery
read_delivery(sqlite3_stmt *q, int n_texts)
{
	struct delivery d = {
	    .site = sqlite3_column_int64(q, SITE),
	    .created_at_ms = sqlite3_column_int64(q, CREATED_AT),
	    .due_at_ms = sqlite3_column_int64(q, DUE_AT),
	    .ended_at_ms = sqlite3_column_int64(q, ENDED_AT),
	    .attempts = (uint32_t)sqlite3_column_int64(q, ATTEMPTS),
	    .state = state_of(sqlite_span(q, STATE)),
	    .status = (unsigned)sqlite3_column_int64(q, STATUS),
	};

	for (int i = 0; i < n_texts; i++)
		*text_of(&d, i) = sqlite_span(q, texts[i].column);
	return d;
}

int
sqlite_each_delivery(
    struct store_reader *r, const struct delivery_visit *visit, struct err *e)
{
	struct sqlite_link *l = sqlite_reader_link(r);
	sqlite3_stmt *q = sqlite_link_once(l, select_of_webhook, e);
	struct delivery d;
	int code;

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, visit->webhook.site);
	sqlite_bind_span(q, 2, visit->webhook.id);
	sqlite_bind_span(q, 3, visit->before);
	sqlite3_bind_int64(q, 4, visit->most);
	while ((code = sqlite3_step(q)) == SQLITE_ROW) {
		d = read_delivery(q, N_TEXTS_UNTAKEN);
		visit->each(visit->arg, &d);
	}
	return sqlite_link_end(l, q, code, e);
}

int
sqlite_next_due(struct store_reader *r, enum delivery_lane lane,
    struct span busy, int64_t *at_ms, struct err *e)
{
	struct sqlite_link *l = sqlite_reader_link(r);
	sqlite3_stmt *q = sqlite_link_once(l, next_due, e);
	int code;

	if (q == NULL)
		return -1;
	sqlite3_bind_int(q, 1, lane == LANE_FAILING);
	sqlite_bind_span(q, 4, busy);
	code = sqlite3_step(q);
	if (code == SQLITE_ROW)
		*at_ms = sqlite3_column_int64(q, 0);
	return sqlite_link_end(l, q, code, e);
}

static int
write_ping(struct store_sqlite *s, void *arg, struct err *e)
{
	const struct ping *p = arg;
	sqlite3_stmt *q = sqlite_prepare_once(s,
	    "INSERT INTO delivery (id, site, webhook, type, comment, decision,"
	    " before, after, created_at, due_at) SELECT ?1 || '-' || number,"
	    " site, id, ?4, '', '', '', '', ?5, ?5 FROM webhook"
	    " WHERE site = ?2 AND id = ?3",
	    e);

	if (q != NULL) {
		sqlite_bind_span(q, 1, span_of(p->id));
		sqlite3_bind_int64(q, 2, p->webhook.site);
		sqlite_bind_span(q, 3, p->webhook.id);
		sqlite_bind_span(q, 4, span_of(notice_name(NOTICE_PING)));
		sqlite3_bind_int64(q, 5, p->now_ms);
	}
	if (sqlite_finish(s, q, "webhook", e) != 0)
		return -1;
	if (sqlite_audit_put(s, &(struct audit_entry){
				    .at_ms = p->now_ms,
				    .site = p->webhook.site,
				    .actor = p->webhook.by,
				    .action = span_of("webhook.pinged"),
				    .subject = p->webhook.id,
				}) != SQLITE_DONE)
		return sqlite_link_fault(&s->link, e);
	return 0;
}

int
sqlite_add_ping(struct store *store, const struct ping *p, struct err *e)
{
	struct ping copy = *p;

	return sqlite_in_turn(store, write_ping, &copy, e);
}

struct replay {
	struct store_ref ref;
	int64_t now_ms;
};

static int
write_replay(struct store_sqlite *s, void *arg, struct err *e)
{
	static const char look_at[] =
	    "SELECT json_object('webhook', webhook, 'type', type, 'comment',"
	    " comment, 'state', state), id, site FROM delivery"
	    " WHERE site = ?1 AND id = ?2";
	const struct replay *r = arg;
	struct sqlite_act act = {
	    .action = "delivery.replayed",
	    .actor = r->ref.by,
	    .look = sqlite_look_at(s, look_at, r->ref, e),
	};
	sqlite3_stmt *q = sqlite_prepare_once(s,
	    "UPDATE delivery SET state = 'due', due_at = ?3, attempts = 0,"
	    " ended_at = 0, replayed_at = ?3 WHERE site = ?1 AND id = ?2",
	    e);

	if (q != NULL) {
		sqlite3_bind_int64(q, 1, r->ref.site);
		sqlite_bind_span(q, 2, r->ref.id);
		sqlite3_bind_int64(q, 3, r->now_ms);
	}
	sqlite_act_begin(&act);
	if (sqlite_finish(s, q, "delivery", e) != 0) {
		sqlite_act_drop(&act);
		return -1;
	}
	if (sqlite_act_done(s, &act) != SQLITE_DONE)
		return sqlite_link_fault(&s->link, e);
	return 0;
}

int
sqlite_replay_delivery(
    struct store *store, struct store_ref ref, int64_t now_ms, struct err *e)
{
	struct replay r = {ref, now_ms};

	return sqlite_in_turn(store, write_replay, &r, e);
}

int
delivery_keep(struct delivery *d, struct arena *a)
{
	for (int i = 0; i < N_TEXTS; i++) {
		struct span *text = text_of(d, i);

		*text = arena_copy(a, *text);
		if (text->p == NULL)
			return -1;
	}
	return 0;
}

/* Reads as many as fit. An SQLite code. */
static int
read_due(sqlite3_stmt *q, struct delivery_take *t)
{
	struct delivery d;
	int code;

	while ((code = sqlite3_step(q)) == SQLITE_ROW) {
		d = read_delivery(q, N_TEXTS);
		d.facts.failures = (uint32_t)sqlite3_column_int64(q, FAILURES);
		d.attempts++;
		if (delivery_keep(&d, t->arena) != 0)
			return SQLITE_DONE;
		t->out[t->n++] = d;
	}
	return code;
}

/* That they may have been sent from now on. */
static int
mark_taken(struct store_sqlite *s, const struct delivery_take *t, struct err *e)
{
	for (unsigned i = 0; i < t->n; i++) {
		sqlite3_stmt *q = sqlite_prepare_once(s,
		    "UPDATE delivery SET attempts = attempts + 1, due_at = ?2"
		    " WHERE id = ?1",
		    e);

		if (q != NULL) {
			sqlite_bind_span(q, 1, t->out[i].id);
			sqlite3_bind_int64(q, 2, t->now_ms + t->lease_ms);
		}
		if (sqlite_finish(s, q, "delivery", e) != 0)
			return -1;
	}
	return 0;
}

static int
take(struct store_sqlite *s, void *arg, struct err *e)
{
	struct delivery_take *t = arg;
	sqlite3_stmt *q = sqlite_prepare_once(s, select_due, e);
	int code;

	t->n = 0;
	if (q == NULL)
		return -1;
	sqlite3_bind_int(q, 1, t->lane == LANE_FAILING);
	sqlite3_bind_int64(q, 2, t->now_ms);
	sqlite3_bind_int64(q, 3, t->most);
	sqlite_bind_span(q, 4, t->busy);
	code = read_due(q, t);
	return sqlite_link_end(&s->link, q, code, e) == 0 ? mark_taken(s, t, e)
							  : -1;
}

int
sqlite_take_deliveries(
    struct store *store, struct delivery_take *t, struct err *e)
{
	return sqlite_in_turn(store, take, t, e);
}

struct noting {
	const struct delivery_note *notes;
	unsigned n;
};

static int
note_delivery(
    struct store_sqlite *s, const struct delivery_note *n, struct err *e)
{
	sqlite3_stmt *q = sqlite_prepare_once(s,
	    "UPDATE delivery SET state = ?2, due_at = ?3, ended_at = ?4,"
	    " status = ?5, error = ?6 WHERE id = ?1",
	    e);

	if (q != NULL) {
		sqlite_bind_span(q, 1, n->id);
		sqlite_bind_span(q, 2, span_of(states[n->state]));
		sqlite3_bind_int64(q, 3, n->due_at_ms);
		sqlite3_bind_int64(
		    q, 4, n->state == DELIVERY_DUE ? 0 : n->now_ms);
		sqlite3_bind_int64(q, 5, n->status);
		sqlite_bind_span(q, 6, n->error);
	}
	/* it may have been dropped with its webhook meanwhile */
	return sqlite_finish(s, q, NULL, e);
}

static int
note_webhook(
    struct store_sqlite *s, const struct delivery_note *n, struct err *e)
{
	sqlite3_stmt *q = sqlite_prepare_once(s,
	    "UPDATE webhook SET failures = iif(?2, 0, failures + 1),"
	    " paused_until = ?3, active = active AND NOT ?4,"
	    " why = iif(?4, 'gone', why), revision = revision + (active AND ?4)"
	    " WHERE id = ?1",
	    e);

	if (q != NULL) {
		sqlite_bind_span(q, 1, n->webhook);
		sqlite3_bind_int(q, 2, n->state == DELIVERY_DONE);
		sqlite3_bind_int64(q, 3, n->pause_until_ms);
		sqlite3_bind_int(q, 4, n->gone);
	}
	return sqlite_finish(s, q, NULL, e);
}

static int
write_notes(struct store_sqlite *s, void *arg, struct err *e)
{
	const struct noting *all = arg;

	for (unsigned i = 0; i < all->n; i++)
		if (note_delivery(s, &all->notes[i], e) != 0 ||
		    note_webhook(s, &all->notes[i], e) != 0)
			return -1;
	return 0;
}

int
sqlite_note_deliveries(struct store *store, const struct delivery_note *notes,
    unsigned n, struct err *e)
{
	struct noting all = {notes, n};

	return sqlite_in_turn(store, write_notes, &all, e);
}
