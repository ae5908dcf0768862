#include "rfc3339.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

enum { DATE_BYTES = 10, SECOND_BYTES = 19 };

static const int64_t LAST_MS = INT64_C(253402300799999); /* of year 9999 */

/* Reads the `n` digits at s.p[at]; -1 when they are not there. */
static int
digits(struct span s, size_t at, size_t n)
{
	int value = 0;

	if (at + n > s.n)
		return -1;
	for (size_t i = at; i < at + n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		value = value * 10 + (s.p[i] - '0');
	}
	return value;
}

static int
days_in(int year, int month)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

/* "2026-11-25", at the front of `s`, into `t`. */
static int
read_date(struct span s, struct tm *t)
{
	int year = digits(s, 0, 4);

	t->tm_year = year - 1900;
	t->tm_mon = digits(s, 5, 2) - 1;
	t->tm_mday = digits(s, 8, 2);
	return year >= 1970 && t->tm_mon >= 0 && t->tm_mon <= 11 &&
		       t->tm_mday >= 1 &&
		       t->tm_mday <= days_in(year, t->tm_mon + 1) &&
		       s.p[4] == '-' && s.p[7] == '-'
		   ? 0
		   : -1;
}

/* "T21:34:00", behind the date, into `t`. */
static int
read_clock(struct span s, struct tm *t)
{
	t->tm_hour = digits(s, 11, 2);
	t->tm_min = digits(s, 14, 2);
	t->tm_sec = digits(s, 17, 2);
	return t->tm_hour >= 0 && t->tm_hour <= 23 && t->tm_min >= 0 &&
		       t->tm_min <= 59 && t->tm_sec >= 0 && t->tm_sec <= 60 &&
		       (s.p[10] == 'T' || s.p[10] == 't' || s.p[10] == ' ') &&
		       s.p[13] == ':' && s.p[16] == ':'
		   ? 0
		   : -1;
}

/* ".123456" at *at, if there is one; milliseconds, or -1. */
static int
read_fraction(struct span s, size_t *at)
{
	int ms = 0, scale = 100;
	size_t first = *at + 1;

	if (*at >= s.n || s.p[*at] != '.')
		return 0;
	for ((*at)++; digits(s, *at, 1) >= 0; (*at)++) {
		ms += digits(s, *at, 1) * scale;
		scale /= 10;
	}
	return *at > first ? ms : -1;
}

/* "Z", "+01:30" or nothing from `at` to the end; minutes in *offset. */
static int
read_offset(struct span s, size_t at, int *offset)
{
	int hours, minutes;

	*offset = 0;
	if (at == s.n || (at + 1 == s.n && (s.p[at] == 'Z' || s.p[at] == 'z')))
		return 0;
	hours = digits(s, at + 1, 2);
	minutes = digits(s, at + 4, 2);
	if (at + 6 != s.n || s.p[at + 3] != ':' || hours < 0 || hours > 23 ||
	    minutes < 0 || minutes > 59 || (s.p[at] != '+' && s.p[at] != '-'))
		return -1;
	*offset = (hours * 60 + minutes) * (s.p[at] == '-' ? -1 : 1);
	return 0;
}

int
rfc3339_read_partial(struct span s, int64_t *ms)
{
	struct tm t = {0};
	size_t at = SECOND_BYTES;
	int fraction = 0, offset = 0;

	if (read_date(s, &t) != 0)
		return -1;
	if (s.n > DATE_BYTES &&
	    (read_clock(s, &t) != 0 || (fraction = read_fraction(s, &at)) < 0 ||
		read_offset(s, at, &offset) != 0))
		return -1;
	*ms = (int64_t)timegm(&t) * 1000 + fraction - (int64_t)offset * 60000;
	/* an offset may lead out of the years that can be written */
	return *ms < 0 || *ms > LAST_MS ? -1 : 0;
}

static bool
ends_in_offset(struct span s)
{
	char z = s.p[s.n - 1], sign = s.p[s.n - (sizeof("+01:30") - 1)];

	return z == 'Z' || z == 'z' || sign == '+' || sign == '-';
}

int
rfc3339_read(struct span s, int64_t *ms)
{
	if (s.n <= SECOND_BYTES || !ends_in_offset(s))
		return -1;
	return rfc3339_read_partial(s, ms);
}

void
rfc3339_write(int64_t ms, char out[RFC3339_BYTES])
{
	time_t s = (time_t)(ms / 1000);
	struct tm t;
	size_t n;

	gmtime_r(&s, &t);
	n = strftime(out, RFC3339_BYTES, "%Y-%m-%dT%H:%M:%S", &t);
	snprintf(out + n, RFC3339_BYTES - n, ".%03dZ", (int)(ms % 1000));
}
