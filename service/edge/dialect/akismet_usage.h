/*
 * The counts of a site as the Akismet endpoints show them.
 */
#ifndef EDGE_AKISMET_USAGE_H
#define EDGE_AKISMET_USAGE_H

#include "../format/json_out.h"
#include "../store/store_usage.h"
#include "akismet_call.h"

enum { MONTH_BYTES = 8 }; /* "2026-11" and a NUL */

/* Counts that were read: a month, or a blog in a month, each. */
struct usage_list {
	struct arena *arena;
	struct span blog; /* only this one's; p NULL: all */
	bool by_blog;     /* else the blogs of a month are added up */
	struct usage *rows;
	int64_t *blogs; /* how many were added up in each */
	size_t n, room;
	bool full;
};

/*
 * Reads the counts of the caller's site from month `from` to `to` into the
 * rest of `l`. 0, or -1: answered with what went wrong.
 */
int akismet_usage_read(struct akismet_call *a, struct usage_list *l,
    const char *from, const char *to);

struct usage akismet_usage_sum(const struct usage_list *l);

/* The month of so many months ago. */
void akismet_month(char out[MONTH_BYTES], unsigned months);

/* The wire name of a count. */
const char *akismet_count_name(int count);

/* A count as the clients expect it, printed as text. */
void akismet_put_count(struct json_out *o, int count, int64_t value);

#endif
