/*
 * Any text as a time: what is read is what glibc's strptime makes of it, and
 * written, it is read as the same again.
 */
#include <time.h>

#include "../../service/edge/format/rfc3339.h"
#include "input.h"

/* The milliseconds of ".5", ".123456", …; *at goes behind them. */
static long
fraction_ms(const char **at)
{
	char digits[4] = "000";
	size_t n = 0;

	if (**at != '.')
		return 0;
	for (++*at; **at >= '0' && **at <= '9'; ++*at)
		if (n < 3)
			digits[n++] = **at;
	return strtol(digits, NULL, 10);
}

/* As glibc reads it, of what was read already. */
static int64_t
reference(const char *text)
{
	struct tm t = {0}, offset = {0}, day;
	const char *at = strptime(text, "%Y-%m-%d", &t);
	time_t s;
	long ms = 0;

	require(at != NULL);
	s = timegm(&t);
	require(gmtime_r(&s, &day) != NULL && day.tm_mday == t.tm_mday);
	if (*at != '\0') {
		at = strptime(at + 1, "%H:%M:%S", &t);
		require(at != NULL);
		ms = fraction_ms(&at);
	}
	if (*at != '\0' && *at != 'Z' && *at != 'z')
		require(strptime(at, "%z", &offset) != NULL);
	return ((int64_t)timegm(&t) - offset.tm_gmtoff) * 1000 + ms;
}

static void
check_written(int64_t ms)
{
	char text[RFC3339_BYTES];
	int64_t again;

	rfc3339_write(ms, text);
	require(strlen(text) == RFC3339_BYTES - 1);
	require(rfc3339_read(span_of(text), &again) == 0 && again == ms);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = input_of(data, size);
	char *text = text_of(in);
	int64_t ms = -1, whole = -1;
	bool partial = rfc3339_read_partial(in, &ms) == 0;

	if (rfc3339_read(in, &whole) == 0)
		require(partial && whole == ms);
	if (partial) {
		require(strlen(text) == size);
		require(ms == reference(text));
		check_written(ms);
	}
	free(text);
	return 0;
}
