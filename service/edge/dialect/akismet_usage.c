#include "akismet_usage.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { NUMBER_BYTES = 24 };

static const char *const count_names[USAGE_COUNTS] = {
    [USAGE_CALLS] = "api_calls",
    [USAGE_SPAM] = "spam",
    [USAGE_HAM] = "ham",
    [USAGE_MISSED_SPAM] = "missed_spam",
    [USAGE_FALSE_POSITIVES] = "false_positives",
};

static int
grow(struct usage_list *l)
{
	size_t room = l->room == 0 ? 16 : 2 * l->room;
	struct usage *rows = arena_array(l->arena, room, sizeof(*rows));
	int64_t *blogs = arena_array(l->arena, room, sizeof(*blogs));

	if (rows == NULL || blogs == NULL) {
		l->full = true;
		return -1;
	}
	if (l->rows != NULL && l->blogs != NULL) {
		memcpy(rows, l->rows, l->n * sizeof(*rows));
		memcpy(blogs, l->blogs, l->n * sizeof(*blogs));
	}
	l->rows = rows;
	l->blogs = blogs;
	l->room = room;
	return 0;
}

/* Rows come by month, and in it by blog. */
static void
collect(void *arg, const struct usage *u)
{
	struct usage_list *l = arg;
	struct usage *last = l->n > 0 ? &l->rows[l->n - 1] : NULL;
	bool joins =
	    !l->by_blog && last != NULL && strcmp(last->month, u->month) == 0;

	if (l->full || (l->blog.p != NULL && !span_equal(l->blog, u->blog)))
		return;
	if (!joins) {
		if (l->n == l->room && grow(l) != 0)
			return;
		assert(l->rows != NULL); /* there is room */
		last = &l->rows[l->n];
		*last = (struct usage){.site = u->site};
		memcpy(last->month, u->month, sizeof(last->month));
		last->blog = arena_copy(l->arena, u->blog);
		l->full |= last->blog.p == NULL;
		l->n++;
	}
	l->blogs[l->n - 1]++;
	for (int i = 0; i < USAGE_COUNTS; i++)
		last->of[i] += u->of[i];
}

int
akismet_usage_read(struct akismet_call *a, struct usage_list *l,
    const char *from, const char *to)
{
	struct usage_visit visit = {from, to, collect, l};
	struct err e = {ERR_TOO_LARGE, "the answer does not fit into memory"};

	l->arena = a->form.arena;
	if (store_each_usage(
		a->call.worker->reader, a->call.caller.site, &visit, &e) == 0 &&
	    !l->full)
		return 0;
	akismet_fail(a, &e);
	return -1;
}

struct usage
akismet_usage_sum(const struct usage_list *l)
{
	struct usage sum = {0};

	for (size_t r = 0; r < l->n; r++)
		for (int i = 0; i < USAGE_COUNTS; i++)
			sum.of[i] += l->rows[r].of[i];
	return sum;
}

void
akismet_month(char out[MONTH_BYTES], unsigned months)
{
	struct usage u;
	int year, month;

	usage_set_month(&u, clock_unix_ms());
	year = (int)strtol(u.month, NULL, 10);
	month = (int)strtol(u.month + 5, NULL, 10) - 1;
	month += 12 * year - (int)months;
	snprintf(out, MONTH_BYTES, "%04u-%02u", (unsigned)(month / 12) % 10000,
	    (unsigned)(month % 12) + 1);
}

const char *
akismet_count_name(int count)
{
	return count_names[count];
}

void
akismet_put_count(struct json_out *o, int count, int64_t value)
{
	char text[NUMBER_BYTES];

	snprintf(text, sizeof(text), "%" PRId64, value);
	json_out_text(o, count_names[count], span_of(text));
}
