#include "fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 1024, CURSOR_BYTES = 32, PAGE = 500 };

static const struct {
	const char *path;
	const char *cursor; /* the parameter … */
	const char *member; /* … that takes this one of a page's last row */
} kinds[] = {
    [FETCH_LABELS] = {"labels", "after", "order"},
    [FETCH_HISTORY] = {"history", "before", "id"},
};

/* Where the next page begins, from its last row. 0, or -1: nowhere. */
static int
set_cursor(const struct fetch *f, const json_t *row, char out[CURSOR_BYTES])
{
	const json_t *v = json_object_get(row, kinds[f->kind].member);
	if (json_is_integer(v))
		snprintf(out, CURSOR_BYTES, "%lld",
		    (long long)json_integer_value(v));
	else if (json_is_string(v))
		snprintf(out, CURSOR_BYTES, "%s", json_string_value(v));
	else
		return -1;
	return 0;
}

/* Takes the rows of a page; `n` is how many it had. */
static int
take_page(const struct fetch *f, struct span page, char cursor[CURSOR_BYTES],
    size_t *n, struct err *e)
{
	int failed = 0;
	*n = 0;
	while (page.n > 0 && !failed) {
		const char *end = memchr(page.p, '\n', page.n);
		size_t length = end != NULL ? (size_t)(end - page.p) : page.n;
		json_t *row = json_loadb(page.p, length, JSON_ALLOW_NUL, NULL);
		if (set_cursor(f, row, cursor) != 0)
			failed = err_set(e, ERR_DOWN,
			    "the service sent a line that is no row");
		if (!failed) {
			json_object_del(row, "order");
			failed = f->take(f->arg, row, e);
		}
		json_decref(row);
		length += end != NULL;
		page = (struct span){page.p + length, page.n - length};
		++*n;
	}
	return failed;
}

/* Pages without end would be taken until the disk is full. */
static int
stands_still(struct err *e)
{
	return err_set(e, ERR_DOWN, "the service sent the same page once more");
}

static int
fetch_site(const struct fetch *f, const char *site, struct err *e)
{
	char cursor[CURSOR_BYTES] = "", last[CURSOR_BYTES], path[PATH_BYTES];
	char *name = site != NULL ? daemon_escape(span_of(site)) : NULL;
	size_t n = 1;
	int failed = 0;
	while (n > 0 && !failed) {
		int at = snprintf(path, sizeof(path), "/v1/%s?limit=%d",
		    kinds[f->kind].path, PAGE);
		if (name != NULL)
			at += snprintf(path + at, sizeof(path) - (size_t)at,
			    "&site=%.512s", name);
		if (f->days > 0)
			at += snprintf(path + at, sizeof(path) - (size_t)at,
			    "&days=%ld", f->days);
		if (cursor[0] != '\0')
			snprintf(path + at, sizeof(path) - (size_t)at, "&%s=%s",
			    kinds[f->kind].cursor, cursor);
		struct span page = daemon_get(f->daemon, path, e);
		memcpy(last, cursor, sizeof(last));
		failed =
		    page.p == NULL ? -1 : take_page(f, page, cursor, &n, e);
		if (!failed && n > 0 && strcmp(cursor, last) == 0)
			failed = stands_still(e);
	}
	free(name);
	return failed;
}

/* All sites there are, a page of them. 0 or -1; `next` "": that was the last.
 */
static int
fetch_sites(const struct fetch *f, char next[CURSOR_BYTES], struct err *e)
{
	char path[PATH_BYTES], last[CURSOR_BYTES];
	memcpy(last, next, sizeof(last));
	snprintf(path, sizeof(path), "/v1/sites%s%s",
	    next[0] != '\0' ? "?after=" : "", next);
	json_t *got = daemon_ask(f->daemon, "GET", path, NULL, e);
	const json_t *sites = json_object_get(got, "sites");
	const char *more = json_string_value(json_object_get(got, "next"));
	int failed = got == NULL ? -1 : 0;
	for (size_t i = 0; i < json_array_size(sites) && !failed; i++)
		failed = fetch_site(f,
		    json_string_value(
			json_object_get(json_array_get(sites, i), "name")),
		    e);
	snprintf(next, CURSOR_BYTES, "%s", more != NULL ? more : "");
	if (!failed && more != NULL && strcmp(next, last) == 0)
		failed = stands_still(e);
	json_decref(got);
	return failed;
}

int
fetch_rows(const struct fetch *f, struct err *e)
{
	char next[CURSOR_BYTES] = "";
	int failed = 0;
	if (f->site != NULL || !daemon_is_local(f->daemon))
		return fetch_site(f, f->site, e);
	do
		failed = fetch_sites(f, next, e);
	while (!failed && next[0] != '\0');
	return failed;
}
