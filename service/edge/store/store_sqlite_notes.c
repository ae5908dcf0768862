#include "store_sqlite_audit.h"
#include "store_sqlite_outbox.h"
#include "store_sqlite_queue.h"
#include "store_sqlite_settle.h"

static int
write_note(struct store_sqlite *s, void *arg, struct err *e)
{
	const struct note *n = arg;
	sqlite3_stmt *q;

	if (sqlite_settle_comment(s, n->site, n->comment) != SQLITE_DONE)
		return sqlite_link_fault(&s->link, e);
	q = sqlite_prepare_once(s,
	    "INSERT INTO note (site, comment, id, created_at, author, content)"
	    " SELECT site, id, ?3, ?4, ?5, ?6 FROM comment"
	    " WHERE site = ?1 AND id = ?2",
	    e);

	if (q != NULL) {
		sqlite3_bind_int64(q, 1, n->site);
		sqlite_bind_span(q, 2, n->comment);
		sqlite_bind_span(q, 3, span_of(n->id));
		sqlite3_bind_int64(q, 4, n->created_at_ms);
		sqlite_bind_span(q, 5, n->author);
		sqlite_bind_span(q, 6, n->content);
	}
	if (sqlite_finish(s, q, "comment", e) != 0)
		return -1;
	if (sqlite_audit_put(s, &(struct audit_entry){
				    .at_ms = n->created_at_ms,
				    .site = n->site,
				    .actor = n->author,
				    .action = span_of("comment.noted"),
				    .subject = n->comment,
				}) != SQLITE_DONE)
		return sqlite_link_fault(&s->link, e);
	return 0;
}

int
sqlite_add_note(struct store *s, const struct note *n, struct err *e)
{
	struct note copy = *n;

	return sqlite_in_turn(s, write_note, &copy, e);
}

int
sqlite_each_note(struct store_reader *r, struct store_ref ref,
    const struct note_visit *visit, struct err *e)
{
	struct sqlite_link *l = sqlite_reader_link(r);
	sqlite3_stmt *q = sqlite_link_once(l,
	    "SELECT id, created_at, author, content FROM note"
	    " WHERE site = ? AND comment = ? ORDER BY id",
	    e);
	struct span id;
	int code;

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, ref.site);
	sqlite_bind_span(q, 2, ref.id);
	while ((code = sqlite3_step(q)) == SQLITE_ROW) {
		struct note n = {
		    .site = ref.site,
		    .comment = ref.id,
		    .created_at_ms = sqlite3_column_int64(q, 1),
		    .author = sqlite_span(q, 2),
		    .content = sqlite_span(q, 3),
		};

		id = sqlite_span(q, 0);
		if (id.n == STORE_ID_BYTES)
			memcpy(n.id, id.p, id.n);
		visit->each(visit->arg, &n);
	}
	return sqlite_link_end(l, q, code, e);
}
