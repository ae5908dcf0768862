/*
 * The audit log in SQLite: the verbs of store_audit.h, and how what is done
 * is written down by who does it.
 */
#ifndef EDGE_STORE_SQLITE_AUDIT_H
#define EDGE_STORE_SQLITE_AUDIT_H

#include "store_sqlite.h"

int sqlite_each_audit(
    struct store_reader *r, const struct audit_visit *visit, struct err *e);
int sqlite_check_audit(
    struct store_reader *r, struct audit_check *out, struct err *e);

/* Writes an entry within the transaction that is open. An SQLite code. */
int sqlite_audit_put(struct store_sqlite *s, const struct audit_entry *a);

/* That it was decided about a comment, or taken back: states, "" for none. */
int sqlite_audit_decision(struct store_sqlite *s, const struct decision *d,
    const char *before, const char *after);
int sqlite_audit_undo(struct store_sqlite *s, const struct undo *u,
    const char *before, const char *after);

/*
 * Something that is about to be done to one thing. `look` shows that as JSON,
 * its name, and its site (0: none), as one row, or none when it is not there.
 */
struct sqlite_act {
	const char *action; /* NULL: it is not written down */
	struct span actor;
	sqlite3_stmt *look;     /* bound; finalized at the end */
	char *before, *subject; /* what was seen */
	int64_t site;
	int fault; /* SQLite's code when it could not be looked at; 0 */
};

/* Looks at it before, and again when it is done: an SQLite code. What could
 * not be looked at must not be done. */
void sqlite_act_begin(struct sqlite_act *a);
int sqlite_act_done(struct store_sqlite *s, struct sqlite_act *a);

/*
 * The statement that looks at what has a site and an id, of which `sql` has
 * ?1 and ?2; NULL and `e`.
 */
sqlite3_stmt *sqlite_look_at(struct store_sqlite *s, const char *sql,
    struct store_ref ref, struct err *e);

/* It was not done. */
void sqlite_act_drop(struct sqlite_act *a);

/* What a change of the administration is called, and the statement that looks
 * at what it is about, with the parameters of the change; or NULL. */
const char *sqlite_change_action(enum store_change_kind kind);
const char *sqlite_change_look(enum store_change_kind kind);

#endif
