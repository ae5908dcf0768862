#include "store_sqlite_campaigns.h"

#include <stdio.h>

#include "store_audit.h"
#include "store_sqlite_audit.h"
#include "store_sqlite_outbox.h"

#define RULE                                                                   \
	"SELECT id, site, cluster, kind, learn, created_at, until, by,"        \
	" band_0, band_1, band_2, band_3 FROM campaign_rule WHERE "

static const char rules_sql[] = RULE "until > ? ORDER BY id";
static const char rules_of_sql[] =
    RULE "cluster = ? ORDER BY id DESC, site LIMIT 1000";
static const char put_sql[] =
    "INSERT INTO campaign_rule (id, site, cluster, kind, learn, created_at,"
    " until, by, band_0, band_1, band_2, band_3)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
static const char drop_sql[] =
    "DELETE FROM campaign_rule WHERE id = ? RETURNING site";

static void
bind_rule(sqlite3_stmt *q, const struct campaign_rule *r)
{
	sqlite_bind_span(q, 1, span_of(r->id));
	sqlite3_bind_int64(q, 2, r->site);
	sqlite3_bind_int64(q, 3, r->campaign);
	sqlite_bind_span(q, 4, span_of(decision_name(r->kind)));
	sqlite3_bind_int(q, 5, r->learn);
	sqlite3_bind_int64(q, 6, r->created_at_ms);
	sqlite3_bind_int64(q, 7, r->until_ms);
	sqlite_bind_span(q, 8, span_of(r->by));
	for (int i = 0; i < FINGERPRINT_BANDS; i++)
		sqlite3_bind_int64(q, 9 + i, (int64_t)r->band[i]);
}

static void
read_rule(sqlite3_stmt *q, const struct rule_visit *visit)
{
	int kind = decision_named(sqlite_span(q, 3));
	struct campaign_rule r = {
	    .site = sqlite3_column_int64(q, 1),
	    .campaign = sqlite3_column_int64(q, 2),
	    .kind = kind < 0 ? DECISION_HOLD : (enum decision_kind)kind,
	    .learn = sqlite3_column_int(q, 4) != 0,
	    .created_at_ms = sqlite3_column_int64(q, 5),
	    .until_ms = sqlite3_column_int64(q, 6),
	};

	sqlite_copy_text(q, 0, r.id, sizeof(r.id));
	sqlite_copy_text(q, 7, r.by, sizeof(r.by));
	for (int i = 0; i < FINGERPRINT_BANDS; i++)
		r.band[i] = (uint64_t)sqlite3_column_int64(q, 8 + i);
	visit->each(visit->arg, &r);
}

/* What is written, or taken back. */
struct rules_change {
	const struct campaign_rule *rules;
	uint32_t n;
	struct span by;
};

/* Writes down that a rule holds, or no more. An SQLite code. */
static int
note_rule(struct store_sqlite *s, const struct campaign_rule *r,
    const char *action, struct span by)
{
	bool ends = span_equal(span_of(action), span_of("campaign.undone"));
	char text[128];
	struct span says = {text,
	    (size_t)snprintf(text, sizeof(text),
		"{\"campaign\":\"%s\",\"decision\":\"%s\",\"until\":%lld}",
		r->name, decision_name(r->kind), (long long)r->until_ms)};
	const struct audit_entry a = {
	    .at_ms = clock_unix_ms(),
	    .site = r->site,
	    .actor = by,
	    .action = span_of(action),
	    .subject = span_of(r->id),
	    .before = ends ? says : (struct span){NULL, 0},
	    .after = ends ? (struct span){NULL, 0} : says,
	};

	return sqlite_audit_put(s, &a);
}

static int
put_each(struct store_sqlite *s, void *arg, struct err *e)
{
	const struct rules_change *c = arg;
	sqlite3_stmt *q = sqlite_prepare_once(s, put_sql, e);
	int code = SQLITE_DONE;

	if (q == NULL)
		return -1;
	for (uint32_t i = 0; i < c->n && code == SQLITE_DONE; i++) {
		bind_rule(q, &c->rules[i]);
		code = sqlite_run(q);
		if (code == SQLITE_DONE)
			code = note_rule(
			    s, &c->rules[i], "campaign.decided", c->by);
	}
	return sqlite_link_end(&s->link, q, code, e);
}

/* A rule of several sites has a row for each. */
static int
drop_each(struct store_sqlite *s, void *arg, struct err *e)
{
	const struct rules_change *c = arg;
	struct campaign_rule r = *c->rules;
	sqlite3_stmt *q = sqlite_prepare_once(s, drop_sql, e);
	int code;

	if (q == NULL)
		return -1;
	sqlite_bind_span(q, 1, span_of(r.id));
	while ((code = sqlite3_step(q)) == SQLITE_ROW) {
		r.site = sqlite3_column_int64(q, 0);
		code = note_rule(s, &r, "campaign.undone", c->by);
		if (code != SQLITE_DONE)
			break;
	}
	return sqlite_link_end(&s->link, q, code, e);
}

int
sqlite_put_rules(struct store *store, const struct campaign_rule *rules,
    uint32_t n, struct span by, struct err *e)
{
	struct rules_change c = {rules, n, by};

	return sqlite_in_turn(store, put_each, &c, e);
}

int
sqlite_drop_rules(struct store *store, const struct campaign_rule *rule,
    struct span by, struct err *e)
{
	struct rules_change c = {rule, 1, by};

	return sqlite_in_turn(store, drop_each, &c, e);
}

int
sqlite_each_rule(struct store *store, int64_t now_ms,
    const struct rule_visit *visit, struct err *e)
{
	struct store_sqlite *s = (struct store_sqlite *)store;
	int code, result = -1;
	sqlite3_stmt *q;

	sqlite_turn_take(s);
	q = sqlite_prepare_once(s, rules_sql, e);
	if (q != NULL) {
		sqlite3_bind_int64(q, 1, now_ms);
		while ((code = sqlite3_step(q)) == SQLITE_ROW)
			read_rule(q, visit);
		result = sqlite_link_end(&s->link, q, code, e);
	}
	sqlite_turn_give(s);
	return result;
}

int
sqlite_each_rule_of(struct store_reader *r, int64_t campaign,
    const struct rule_visit *visit, struct err *e)
{
	struct sqlite_link *l = sqlite_reader_link(r);
	sqlite3_stmt *q = sqlite_link_once(l, rules_of_sql, e);
	int code;

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, campaign);
	while ((code = sqlite3_step(q)) == SQLITE_ROW)
		read_rule(q, visit);
	return sqlite_link_end(l, q, code, e);
}
