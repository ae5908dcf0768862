#include "store.h"

#include "store_ops.h"
#include "store_sqlite_backup.h"
#include "store_sqlite_checkup.h"

static const struct backend {
	const char *scheme;
	struct store *(*open)(const char *path, struct err *e);
	bool (*exists)(const char *path);
	int (*back_up)(const char *path, struct store_copy *c, struct err *e);
	int (*restore)(const char *path, struct store_copy *c, struct err *e);
	int (*check_up)(
	    const char *path, struct store_checkup *out, struct err *e);
	int (*check_pages)(
	    const char *path, struct store_pages *p, struct err *e);
	bool (*is_copy)(const char *path);
} backends[] = {
    {
	.scheme = "sqlite:",
	.open = store_sqlite_open,
	.exists = store_sqlite_exists,
	.back_up = store_sqlite_back_up,
	.restore = store_sqlite_restore,
	.check_up = store_sqlite_check_up,
	.check_pages = store_sqlite_check_pages,
	.is_copy = store_sqlite_is_copy,
    },
};

/* Which one a uri names, and the rest of that; NULL and `e`. */
static const struct backend *
backend_of(const char *uri, const char **path, struct err *e)
{
	size_t i, n;

	for (i = 0; i < sizeof backends / sizeof *backends; i++) {
		n = strlen(backends[i].scheme);
		*path = uri + n;
		if (strncmp(uri, backends[i].scheme, n) == 0)
			return &backends[i];
	}
	err_set(e, ERR_INPUT, "store %s: expected sqlite:<path>", uri);
	return NULL;
}

struct store *
store_open(const char *uri, struct err *e)
{
	const char *path;
	const struct backend *b = backend_of(uri, &path, e);

	return b == NULL ? NULL : b->open(path, e);
}

bool
store_exists(const char *uri)
{
	struct err ignored;
	const char *path;
	const struct backend *b = backend_of(uri, &path, &ignored);

	return b != NULL && b->exists(path);
}

int
store_back_up(const char *uri, struct store_copy *c, struct err *e)
{
	const char *path;
	const struct backend *b = backend_of(uri, &path, e);

	return b == NULL ? -1 : b->back_up(path, c, e);
}

int
store_restore(const char *uri, struct store_copy *c, struct err *e)
{
	const char *path;
	const struct backend *b = backend_of(uri, &path, e);

	return b == NULL ? -1 : b->restore(path, c, e);
}

int
store_check_up(const char *uri, struct store_checkup *out, struct err *e)
{
	const char *path;
	const struct backend *b = backend_of(uri, &path, e);

	return b == NULL ? -1 : b->check_up(path, out, e);
}

const char *
store_file(const char *uri)
{
	struct err ignored;
	const char *path;

	return backend_of(uri, &path, &ignored) == NULL ? NULL : path;
}

int
store_check_pages(const char *uri, struct store_pages *p, struct err *e)
{
	const char *path;
	const struct backend *b = backend_of(uri, &path, e);

	return b == NULL ? -1 : b->check_pages(path, p, e);
}

bool
store_is_copy(const char *path)
{
	for (size_t i = 0; i < sizeof backends / sizeof *backends; i++)
		if (backends[i].is_copy(path))
			return true;
	return false;
}

void
store_close(struct store *s)
{
	if (s != NULL)
		s->ops->close(s);
}

void
store_put(struct store *s, struct store_put *p)
{
	s->ops->put(s, p);
}

unsigned
store_waiting(struct store *s)
{
	return s->ops->waiting(s);
}

bool
store_up(const struct store *s)
{
	return s->ops->up(s);
}

struct store_look
store_look(const struct store *s)
{
	return s->ops->look(s);
}

struct store_reader *
store_reader_open(struct store *s, struct err *e)
{
	return s->ops->reader_open(s, e);
}

void
store_reader_close(struct store_reader *r)
{
	if (r != NULL)
		r->ops->reader_close(r);
}

int
store_get(struct store_reader *r, struct store_ref ref, struct arena *a,
    struct record *out, struct err *e)
{
	return r->ops->get(r, ref, a, out, e);
}

int
store_each_of_engine_id(struct store_reader *r, struct store_ref ref,
    const struct record_visit *visit, struct err *e)
{
	return r->ops->each_of_engine_id(r, ref, visit, e);
}

int
store_each_label(struct store_reader *r, const struct label_page *page,
    const struct label_visit *visit, struct err *e)
{
	return r->ops->each_label(r, page, visit, e);
}

int
store_get_answer(struct store_reader *r, const struct store_once *once,
    struct arena *a, struct span *answer, struct err *e)
{
	return r->ops->get_answer(r, once, a, answer, e);
}

int
store_find_record(struct store_reader *r, const struct record *like,
    char id[STORE_ID_BYTES + 1], struct err *e)
{
	return r->ops->find_record(r, like, id, e);
}

int
store_each_usage(struct store_reader *r, int64_t site,
    const struct usage_visit *visit, struct err *e)
{
	return r->ops->each_usage(r, site, visit, e);
}

int
store_find_label(struct store_reader *r, int64_t site, uint64_t text,
    struct decision *out, struct err *e)
{
	return r->ops->find_label(r, site, text, out, e);
}

int
store_find_decision(struct store_reader *r, const struct record *like,
    struct decision *out, struct err *e)
{
	return r->ops->find_decision(r, like, out, e);
}

int
store_count_approved(struct store_reader *r, int64_t site, uint64_t author,
    uint32_t *n, struct err *e)
{
	return r->ops->count_approved(r, site, author, n, e);
}

int
store_get_decision(struct store_reader *r, struct store_ref ref,
    struct arena *a, struct decision *out, struct err *e)
{
	return r->ops->get_decision(r, ref, a, out, e);
}

int
store_each_of_comment(struct store_reader *r, struct store_ref ref,
    const struct decision_visit *visit, struct err *e)
{
	return r->ops->each_of_comment(r, ref, visit, e);
}

int
store_each_decision(
    struct store *s, const struct decision_visit *visit, struct err *e)
{
	return s->ops->each_decision(s, visit, e);
}

int
store_change(
    struct store *s, struct store_change *changes, uint32_t n, struct err *e)
{
	return s->ops->change(s, changes, n, e);
}

int
store_mark(struct store *s, uint64_t mark, bool *other, struct err *e)
{
	return s->ops->mark(s, mark, other, e);
}

int
store_each_site(struct store_reader *r,
    void (*each)(void *arg, const struct store_site *site), void *arg,
    struct err *e)
{
	return r->ops->each_site(r, each, arg, e);
}

int
store_each_key(struct store_reader *r,
    void (*each)(void *arg, const struct store_key *k), void *arg,
    struct err *e)
{
	return r->ops->each_key(r, each, arg, e);
}

int
store_get_account(struct store_reader *r, const struct account_query *q,
    struct arena *a, struct account_found *out, struct err *e)
{
	return r->ops->get_account(r, q, a, out, e);
}

int
store_each_account(
    struct store_reader *r, const struct account_visit *visit, struct err *e)
{
	return r->ops->each_account(r, visit, e);
}

int
store_each_audit(
    struct store_reader *r, const struct audit_visit *visit, struct err *e)
{
	return r->ops->each_audit(r, visit, e);
}

int
store_check_audit(
    struct store_reader *r, struct audit_check *out, struct err *e)
{
	return r->ops->check_audit(r, out, e);
}

int
store_change_list(struct store *s, const struct list_change *c, struct err *e)
{
	return s->ops->change_list(s, c, e);
}

int
store_each_list_entry(
    struct store *s, const struct list_visit *visit, struct err *e)
{
	return s->ops->each_list_entry(s, visit, e);
}
