#include "commenter.h"

enum { WINDOW_MS = COUNTERS_WINDOW_S * 1000 };

static uint32_t
seconds_left(int64_t at_ms)
{
	return (WINDOW_MS - counters_into_window(at_ms) + 999) / 1000;
}

struct commenter_quota
commenter_quota(const struct signals *s, const struct policy_limits *limits,
    uint32_t flood, int64_t at_ms)
{
	const struct {
		uint32_t limit, count;
	} rows[] = {
	    {limits->author, s->of[SIGNAL_AUTHOR].count},
	    {limits->ip, s->of[SIGNAL_IP].count},
	};
	struct commenter_quota q = {.reset_s = seconds_left(at_ms)};
	int64_t least = INT64_MAX;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t left = (int64_t)rows[i].limit - rows[i].count;

		if (rows[i].limit == 0 || rows[i].count == 0)
			continue;
		if (flood > 0 &&
		    rows[i].count > (uint64_t)flood * rows[i].limit)
			q.floods = true;
		if (left >= least)
			continue;
		least = left;
		q.limit = rows[i].limit;
		q.remaining = left > 0 ? (uint32_t)left : 0;
	}
	return q;
}
