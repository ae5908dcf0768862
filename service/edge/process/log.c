#include "log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../../core/utf8.h"

enum {
	FIELD_BYTES = 512, /* of a value, as written */
	PATIENCE_MS = 100, /* with who reads the log */
};

/* Set once, before any thread starts. */
static enum log_level level_shown = LOG_INFO;
static bool as_text;

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static int64_t lost; /* lines, since one was taken; whose turn it is */
static bool torn;    /* the last line has no end, as the disk was full */

static const char *const level_names[] = {"debug", "info", "warn", "error"};

struct line {
	char *bytes;
	size_t n;
	size_t limit; /* of n, for now */
};

/* Appends all of it or nothing. */
static bool put(struct line *l, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool
put(struct line *l, const char *format, ...)
{
	va_list args;
	size_t room = l->limit - l->n;
	int n;

	va_start(args, format);
	n = vsnprintf(l->bytes + l->n, room, format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= room)
		return false;
	l->n += (size_t)n;
	return true;
}

/* The same, without reading a format for each letter. */
static bool
put_bytes(struct line *l, const char *bytes, size_t n)
{
	if (n >= l->limit - l->n)
		return false;
	memcpy(l->bytes + l->n, bytes, n);
	l->n += n;
	return true;
}

static bool
put_unit(struct line *l, uint32_t unit)
{
	static const char digits[] = "0123456789abcdef";
	char escape[] = {'\\', 'u', digits[unit >> 12], digits[unit >> 8 & 15],
	    digits[unit >> 4 & 15], digits[unit & 15]};

	return put_bytes(l, escape, sizeof escape);
}

static bool
put_point(struct line *l, uint32_t cp)
{
	char plain[] = {'\\', (char)cp};
	size_t before = l->n;

	if (cp == '"' || cp == '\\')
		return put_bytes(l, plain, sizeof plain);
	if (cp >= ' ' && cp < 0x7F)
		return put_bytes(l, plain + 1, 1);
	if (cp < 0x10000)
		return put_unit(l, cp);
	if (put_unit(l, 0xD800 + ((cp - 0x10000) >> 10)) &&
	    put_unit(l, 0xDC00 + ((cp - 0x10000) & 0x3FF)))
		return true;
	l->n = before; /* no half of a pair */
	return false;
}

/* A JSON string, pure ASCII, cut where it gets too long. */
static bool
put_string(struct line *l, const char *text)
{
	struct span s = span_of(text);
	size_t whole = l->limit;
	size_t at = 0;
	uint32_t cp;
	bool bad;

	if (!put(l, "\""))
		return false;
	/* room for the quote that ends it, and put's own NUL */
	l->limit =
	    l->n + FIELD_BYTES < whole - 1 ? l->n + FIELD_BYTES : whole - 1;
	while (at < s.n) {
		at += utf8_read(s, at, &cp, &bad);
		if (!put_point(l, cp))
			break;
	}
	l->limit = whole;
	return put(l, "\"");
}

static bool
put_field(struct line *l, const struct log_field *f)
{
	if (!put(l, as_text ? " %s=" : ",\"%s\":", f->name))
		return false;
	if (f->text != NULL)
		return put_string(l, f->text);
	return put(l, "%lld", (long long)f->number);
}

static void
put_head(struct line *l, enum log_level level, const char *event)
{
	struct timespec t;
	struct tm tm;
	char day[sizeof "2026-11-25T00:00:00"];

	clock_gettime(CLOCK_REALTIME, &t);
	gmtime_r(&t.tv_sec, &tm);
	strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &tm);
	put(l,
	    as_text
		? "%s.%03ldZ %-5s %s"
		: "{\"time\":\"%s.%03ldZ\",\"level\":\"%s\",\"event\":\"%s\"",
	    day, t.tv_nsec / 1000000, level_names[level], event);
}

enum log_level
log_level_named(const char *name)
{
	for (int i = LOG_DEBUG; i <= LOG_ERROR; i++)
		if (strcmp(name, level_names[i]) == 0)
			return (enum log_level)i;
	return LOG_INFO;
}

enum log_style
log_style_named(const char *name)
{
	if (strcmp(name, "json") == 0)
		return LOG_JSON;
	return strcmp(name, "text") == 0 ? LOG_TEXT : LOG_AUTO;
}

void
log_open(enum log_level level, enum log_style style)
{
	level_shown = level;
	as_text =
	    style == LOG_TEXT || (style == LOG_AUTO && isatty(STDERR_FILENO));
}

size_t
log_format(char out[LOG_LINE_BYTES], enum log_level level, const char *event,
    const struct log_field *fields)
{
	struct line l = {.bytes = out, .limit = LOG_LINE_BYTES - sizeof "}\n"};
	size_t before;

	put_head(&l, level, event);
	for (; fields->name != NULL; fields++) {
		before = l.n;
		if (!put_field(&l, fields))
			l.n = before; /* no room: left out whole */
	}
	l.limit = LOG_LINE_BYTES;
	put(&l, as_text ? "\n" : "}\n");
	return l.n;
}

/* Whether all of it was written. */
static bool
write_all(const char *bytes, size_t n)
{
	ssize_t written;

	do
		written = write(STDERR_FILENO, bytes, n);
	while (written == -1 && errno == EINTR);
	if (written > 0)
		torn = (size_t)written < n;
	return written == (ssize_t)n;
}

/*
 * Writes a line; false: nobody takes it. Where a byte can be written there is
 * room for a line, so it is only here that we wait, and in a row only once.
 */
static bool
write_line(const char *line, size_t n)
{
	struct pollfd p = {.fd = STDERR_FILENO, .events = POLLOUT};

	if (poll(&p, 1, lost == 0 ? PATIENCE_MS : 0) <= 0)
		return false;
	return (!torn || write_all("\n", 1)) && write_all(line, n);
}

static void
tell_lost(void)
{
	const struct log_field fields[] = {{"lines", .number = lost}, {0}};
	char line[LOG_LINE_BYTES];

	if (write_line(line, log_format(line, LOG_WARN, "log.lost", fields)))
		lost = 0;
}

void
log_event(
    enum log_level level, const char *event, const struct log_field *fields)
{
	char line[LOG_LINE_BYTES];
	size_t n;

	if (level < level_shown)
		return;
	n = log_format(line, level, event, fields);
	pthread_mutex_lock(&turn);
	if (lost > 0)
		tell_lost();
	if (lost > 0 || !write_line(line, n))
		lost++;
	pthread_mutex_unlock(&turn);
}
