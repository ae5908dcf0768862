#include "import_time.h"

#include <stdbool.h>

#include "corpus.h"

enum { TIME_BYTES_MAX = 40, DATE_BYTES = 10, OFFSET_BYTES = 6 };

/* Seconds to the year 5000; what is larger counts milliseconds. */
static const int64_t seconds_max = INT64_C(95617584000);

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
	return v > seconds_max ? v : v * 1000;
}

/* Cuts "+01:00" off the end; minutes east of UTC. */
static int
cut_offset(struct span *s)
{
	if (s->n < DATE_BYTES + OFFSET_BYTES)
		return 0;
	const char *p = s->p + s->n - OFFSET_BYTES;
	if ((p[0] != '+' && p[0] != '-') || p[3] != ':')
		return 0;
	for (int i = 1; i < OFFSET_BYTES; i++)
		if (i != 3 && (p[i] < '0' || p[i] > '9'))
			return 0;
	int minutes = ((p[1] - '0') * 10 + p[2] - '0') * 60 +
		      (p[4] - '0') * 10 + p[5] - '0';
	s->n -= OFFSET_BYTES;
	return p[0] == '-' ? -minutes : minutes;
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
	char copy[TIME_BYTES_MAX];
	if (says_nothing(s))
		return 0;
	if (s.n > sizeof(copy))
		return -1;
	if (s.n <= DATE_BYTES - 1 || s.p[4] != '-')
		return number_ms(s);
	int64_t east_ms = cut_offset(&s) * INT64_C(60000);
	memcpy(copy, s.p, s.n);
	if (s.n > DATE_BYTES && copy[DATE_BYTES] == ' ')
		copy[DATE_BYTES] = 'T';
	int64_t ms = corpus_time_ms((struct span){copy, s.n});
	if (ms < 0 || ms < east_ms)
		return -1;
	return ms - east_ms;
}
