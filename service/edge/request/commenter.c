#include "commenter.h"

enum { WINDOW_MS = COUNTERS_WINDOW_S * 1000 };

static uint32_t
seconds_left(int64_t at_ms)
{
	return (WINDOW_MS - counters_into_window(at_ms) + 999) / 1000;
}

/*
 * How long `s` stays beyond `most` if nothing else comes; 0: it is not. In the
 * next hour this one still counts, and one more with it.
 */
static uint32_t
seconds_beyond(const struct signal *s, uint64_t most, uint32_t left_s)
{
	if (s->count <= most)
		return 0;
	return s->now < most ? left_s : left_s + COUNTERS_WINDOW_S;
}

struct commenter_quota
commenter_quota(const struct signals *s, const struct policy_limits *limits,
    struct commenter_floods floods, int64_t at_ms)
{
	const struct {
		uint32_t limit, flood;
		const struct signal *signal;
	} rows[] = {
	    {limits->author, floods.author, &s->of[SIGNAL_AUTHOR]},
	    {limits->ip, floods.ip, &s->of[SIGNAL_IP]},
	};
	const uint32_t left_s = seconds_left(at_ms);
	struct commenter_quota q = {.reset_s = left_s};
	int64_t least = INT64_MAX;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t left = (int64_t)rows[i].limit - rows[i].signal->count;
		uint32_t beyond_s;

		if (rows[i].limit == 0 || rows[i].signal->count == 0)
			continue;
		beyond_s =
		    rows[i].flood == 0
			? 0
			: seconds_beyond(rows[i].signal,
			      (uint64_t)rows[i].flood * rows[i].limit, left_s);
		q.floods |= beyond_s > 0;
		if (beyond_s > q.reset_s)
			q.reset_s = beyond_s;
		if (left >= least)
			continue;
		least = left;
		q.limit = rows[i].limit;
		q.remaining = left > 0 ? (uint32_t)left : 0;
	}
	return q;
}
