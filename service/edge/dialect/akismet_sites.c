#include <stdio.h>
#include <stdlib.h>

#include "akismet_usage.h"

enum { BLOG_BYTES = 256, LINE_BYTES = 512 };

struct page {
	char month[MONTH_BYTES];
	int64_t limit, offset;
	enum usage_count order;
	struct span filter; /* in the blog's name */
	size_t total;       /* of rows, on all pages */
};

static int64_t
number_of(const struct akismet_call *a, const char *name, int64_t otherwise)
{
	struct span s = akismet_field(a, name);
	int64_t n = 0;

	if (s.n == 0 || s.n > 9)
		return otherwise;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return otherwise;
		n = 10 * n + (s.p[i] - '0');
	}
	return n;
}

static bool
is_month(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (i == 4 ? s.p[i] != '-' : s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n == MONTH_BYTES - 1;
}

static void
read_page(const struct akismet_call *a, struct page *p)
{
	struct span month = akismet_field(a, "month");
	struct span order = akismet_field(a, "order");

	*p = (struct page){
	    .limit = number_of(a, "limit", 500),
	    .offset = number_of(a, "offset", 0),
	    .filter = akismet_field(a, "filter"),
	};
	akismet_month(p->month, 0);
	if (is_month(month))
		memcpy(p->month, month.p, month.n);
	for (int i = 0; i < USAGE_COUNTS; i++)
		if (span_equal(order, span_of(akismet_count_name(i))))
			p->order = (enum usage_count)i;
}

static int
by_count(const void *a, const void *b, void *order)
{
	const struct usage *x = a, *y = b;
	enum usage_count i = *(const enum usage_count *)order;

	return (x->of[i] < y->of[i]) - (x->of[i] > y->of[i]);
}

/* Drops the rows whose blog has not `part` in its name. */
static void
filter(struct usage_list *l, struct span part)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->n; i++)
		if (part.n == 0 || memmem(l->rows[i].blog.p, l->rows[i].blog.n,
				       part.p, part.n) != NULL)
			l->rows[kept++] = l->rows[i];
	l->n = kept;
}

static void
put_site(struct json_out *o, const struct usage *u)
{
	json_out_open(o, NULL, '{');
	json_out_text(o, "site", u->blog);
	for (int i = 0; i < USAGE_COUNTS; i++)
		akismet_put_count(o, i, u->of[i]);
	json_out_false(o, "is_revoked");
	json_out_close(o, '}');
}

static struct span
sites_json(
    struct arena *a, const struct page *p, const struct usage *rows, size_t n)
{
	struct json_out o;

	json_out_begin(&o, a);
	json_out_open(&o, NULL, '{');
	json_out_open(&o, p->month, '[');
	for (size_t i = 0; i < n; i++)
		put_site(&o, &rows[i]);
	json_out_close(&o, ']');
	json_out_integer(&o, "limit", p->limit);
	json_out_integer(&o, "offset", p->offset);
	json_out_integer(&o, "total", (int64_t)p->total);
	json_out_close(&o, '}');
	return json_out_end(&o);
}

/* No name of a host holds what CSV would have to quote. */
static void
drop_quotable(struct span s, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= ' ' && s.p[i] != ',' &&
		    s.p[i] != '"')
			out[n++] = s.p[i];
	out[n] = '\0';
}

static size_t
write_line(char *out, const struct usage *u)
{
	char blog[BLOG_BYTES];

	drop_quotable(u->blog, blog);
	return (size_t)snprintf(out, LINE_BYTES,
	    "%s,%lld,%lld,%lld,%lld,%lld,false\n", blog,
	    (long long)u->of[USAGE_CALLS], (long long)u->of[USAGE_SPAM],
	    (long long)u->of[USAGE_HAM], (long long)u->of[USAGE_MISSED_SPAM],
	    (long long)u->of[USAGE_FALSE_POSITIVES]);
}

/* Names the key by its public part only. */
static void
answer_csv(struct akismet_call *a, const struct page *p,
    const struct usage *rows, size_t n)
{
	char *text = arena_alloc(a->form.arena, (n + 1) * LINE_BYTES);
	size_t at;

	if (text == NULL) {
		akismet_json(a, (struct span){NULL, 0});
		return;
	}
	at = (size_t)snprintf(text, LINE_BYTES,
	    "Active sites for %s during %s (limit:%lld, offset: %lld, total: "
	    "%zu)\nSite,Total API Calls,Spam,Ham,Missed Spam,False Positives,"
	    "Is Revoked\n",
	    a->call.caller.key, p->month, (long long)p->limit,
	    (long long)p->offset, p->total);
	for (size_t i = 0; i < n; i++)
		at += write_line(text + at, &rows[i]);
	akismet_text(a, text);
}

void
akismet_key_sites(struct akismet_call *a)
{
	struct usage_list l = {.by_blog = true};
	const struct usage *rows;
	struct page p;
	size_t n;

	read_page(a, &p);
	if (akismet_usage_read(a, &l, p.month, p.month) != 0)
		return;
	filter(&l, p.filter);
	if (l.n > 0)
		qsort_r(l.rows, l.n, sizeof(*l.rows), by_count, &p.order);
	p.total = l.n;
	n = (size_t)p.offset < l.n ? l.n - (size_t)p.offset : 0;
	rows = n > 0 ? l.rows + p.offset : NULL;
	if (n > (size_t)p.limit)
		n = (size_t)p.limit;
	if (span_equal(akismet_field(a, "format"), span_of("csv")))
		answer_csv(a, &p, rows, n);
	else
		akismet_json(a, sites_json(a->form.arena, &p, rows, n));
}
