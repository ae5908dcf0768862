#include "import_time.h"

#include <stdbool.h>

#include "../service/edge/format/rfc3339.h"

enum { DATE_BYTES = 10 };

/* Seconds to the year 5000; what is larger counts milliseconds. */
static const int64_t seconds_max = INT64_C(95617584000);

/* The end of year 9999, the last that a row can say. */
static const int64_t last_ms = INT64_C(253402300799999);

static int64_t
number_ms(struct span s)
{
	int64_t v = 0;
	size_t i = 0;
	for (; i < s.n && i < 15 && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		v = v * 10 + (s.p[i] - '0');
	bool whole = i == s.n || s.p[i] == '.';
	if (i == 0 || !whole)
		return -1;
	if (v <= seconds_max)
		v *= 1000;
	return v <= last_ms ? v : -1;
}

static bool
says_nothing(struct span s)
{
	static const char zeros[] = "0000-00-00";
	return s.n == 0 ||
	       (s.n >= DATE_BYTES && memcmp(s.p, zeros, DATE_BYTES) == 0);
}

int64_t
import_time_ms(struct span s)
{
	int64_t ms;
	if (says_nothing(s))
		return 0;
	if (s.n < DATE_BYTES || s.p[4] != '-')
		return number_ms(s);
	return rfc3339_read_partial(s, &ms) == 0 ? ms : -1;
}
