/*
 * Any texts and numbers as the fields of a log line. As JSON it is exactly one
 * line of ASCII that jansson takes, and what it says of a text is how that
 * begins; for people it is one line without anything a terminal obeys.
 */
#include <jansson.h>

#include "../../service/core/utf8.h"
#include "../../service/edge/process/log.h"
#include "input.h"

enum {
	FIELDS_MAX = 12,
	SHOWN_MAX = 512,
	ESCAPE_BYTES = 6,
	PAIR_BYTES = 2 * ESCAPE_BYTES, /* what may not have had room */
	FULL_BYTES = LOG_LINE_BYTES - 64,
	INPUT_MAX = LOG_LINE_BYTES / 4, /* as escapes more than fill a line */
};

static const char *const names[FIELDS_MAX] = {
    "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"};

static void
check_line(const char *line, size_t n)
{
	require(n > 0 && n <= LOG_LINE_BYTES && line[n - 1] == '\n');
	for (size_t i = 0; i + 1 < n; i++)
		require(line[i] >= ' ' && line[i] <= '~');
}

/* Whether `shown` is `text`, bad UTF-8 replaced, or how it begins: as much as
 * a field may have, or less in a line that is full. */
static bool
begins(struct span text, struct span shown, bool full)
{
	size_t at = 0, of = 0;

	while (of < shown.n) {
		uint32_t cp, wanted;
		bool repaired, bad = false;

		if (at == text.n)
			return false;
		at += utf8_read(text, at, &wanted, &repaired);
		of += utf8_read(shown, of, &cp, &bad);
		if (bad || cp != wanted)
			return false;
	}
	return at == text.n || full ||
	       shown.n > (SHOWN_MAX - PAIR_BYTES) / ESCAPE_BYTES;
}

/* What does not fit is left out whole. */
static void
check_field(const json_t *value, const struct log_field *f, bool full)
{
	struct span shown = {
	    json_string_value(value), json_string_length(value)};

	if (value == NULL)
		return;
	if (f->text == NULL)
		require(json_integer_value(value) == f->number);
	else
		require(begins(span_of(f->text), shown, full) &&
			shown.n <= SHOWN_MAX);
}

static void
check(const struct log_field *fields)
{
	char line[LOG_LINE_BYTES];
	size_t n;
	json_t *o;

	log_open(LOG_INFO, LOG_TEXT);
	check_line(line, log_format(line, LOG_WARN, "event", fields));
	log_open(LOG_INFO, LOG_JSON);
	n = log_format(line, LOG_WARN, "event", fields);
	check_line(line, n);
	o = json_loadb(line, n - 1, JSON_REJECT_DUPLICATES, NULL);
	require(json_is_object(o));
	for (; fields->name != NULL; fields++)
		check_field(
		    json_object_get(o, fields->name), fields, n > FULL_BYTES);
	json_decref(o);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct log_field fields[FIELDS_MAX + 1] = {0};
	struct span in = input_of(data, size < INPUT_MAX ? size : INPUT_MAX);
	char *texts[FIELDS_MAX] = {NULL};

	for (size_t i = 0; i < FIELDS_MAX && in.n > 0; i++) {
		fields[i].name = names[i];
		if (take_byte(&in) % 4 == 0)
			fields[i].number = (int64_t)take_number(&in);
		else
			fields[i].text = texts[i] = text_of(take_line(&in));
	}
	check(fields);
	for (size_t i = 0; i < FIELDS_MAX; i++)
		free(texts[i]);
	return 0;
}
