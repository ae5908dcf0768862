#include "corpus.h"

/* Reads `n` digits; -1 when there are not as many. */
static int
digits(struct span *s, size_t n)
{
	int v = 0;
	if (s->n < n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return -1;
		v = v * 10 + (s->p[i] - '0');
	}
	s->p += n;
	s->n -= n;
	return v;
}

static bool
skip(struct span *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	s->p++;
	s->n--;
	return true;
}

/*
 * Days since 1970-01-01 in the proleptic Gregorian calendar, counting years
 * from March so that the leap day comes last (Hinnant, "chrono-compatible
 * low-level date algorithms").
 */
static int64_t
days_of(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = y / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year - 719468;
}

static int
month_days(int year, int month)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return days[month - 1] + (month == 2 && leap);
}

/* The milliseconds of ".123456"; -1 when a digit is missing. */
static int
fraction_ms(struct span *s)
{
	int ms = 0, scale = 100;
	if (!skip(s, '.'))
		return 0;
	do {
		int d = digits(s, 1);
		if (d < 0)
			return -1;
		ms += d * scale;
		scale /= 10;
	} while (s->n != 0 && s->p[0] != 'Z');
	return ms;
}

static int64_t
time_of_day_ms(struct span s)
{
	int hour = digits(&s, 2);
	bool colon = skip(&s, ':');
	int minute = digits(&s, 2);
	bool colon2 = skip(&s, ':');
	int second = digits(&s, 2);
	int ms = fraction_ms(&s);
	skip(&s, 'Z');
	if (hour < 0 || minute < 0 || second < 0 || ms < 0 || !colon ||
	    !colon2 || s.n != 0 || hour > 23 || minute > 59 || second > 60)
		return -1;
	return ((hour * 60 + minute) * 60 + second) * INT64_C(1000) + ms;
}

int64_t
corpus_time_ms(struct span s)
{
	int year = digits(&s, 4);
	bool dash = skip(&s, '-');
	int month = digits(&s, 2);
	bool dash2 = skip(&s, '-');
	int day = digits(&s, 2);
	if (year < 1970 || !dash || !dash2 || month < 1 || month > 12 ||
	    day < 1 || day > month_days(year, month))
		return -1;
	int64_t day_ms = days_of(year, month, day) * INT64_C(86400000);
	if (s.n == 0)
		return day_ms;
	int64_t ms = skip(&s, 'T') ? time_of_day_ms(s) : -1;
	return ms < 0 ? -1 : day_ms + ms;
}
