/* What importers share: times, columns, labels, what was seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../training/import.h"
#include "../../training/import_columns.h"
#include "../../training/import_seen.h"
#include "../../training/import_sink.h"
#include "../../training/import_time.h"

static void
test_times(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} cases[] = {
	    {"", 0},
	    {"0000-00-00 00:00:00", 0},
	    {"1970-01-02", 86400000},
	    {"2017-11-05 01:10:00", INT64_C(1509844200000)},
	    {"2017-11-05T01:10:00Z", INT64_C(1509844200000)},
	    {"2017-11-05T01:10:00.123456789Z", INT64_C(1509844200123)},
	    {"2017-11-05T02:10:00+01:00", INT64_C(1509844200000)},
	    {"2017-11-04T20:40:00.5-04:30", INT64_C(1509844200500)},
	    {"1509844200", INT64_C(1509844200000)},
	    {"1509844200.25", INT64_C(1509844200000)},
	    {"1509844200123", INT64_C(1509844200123)},
	    {"253402300799999", INT64_C(253402300799999)},
	    {"253402300800000", -1},
	    {"1970-01-01T00:10:00+01:00", -1},
	    {"2017-11-05 25:10:00", -1},
	    {"2017-02-30", -1},
	    {"yesterday", -1},
	    {"5 November 2017", -1},
	    {"99999999999999999999999999", -1},
	    {"2017-11-05T01:10:00.00000000000000000000000000000000000",
		INT64_C(1509844200000)},
	    {"-5", -1},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (import_time_ms(span_of(cases[i].text)) != cases[i].ms)
			fail_msg("%s", cases[i].text);
}

static void
test_seen(void **state)
{
	enum { N = 5000 };
	struct import_seen s = {0};
	(void)state;
	assert_int_equal(import_seen_find(&s, 0, 7), 7);
	for (size_t i = 0; i < N; i++)
		assert_int_equal(import_seen_add(&s, (uint64_t)i << 20, i), i);
	for (size_t i = 0; i < N; i++) {
		assert_int_equal(import_seen_add(&s, (uint64_t)i << 20, N), i);
		assert_int_equal(import_seen_find(&s, (uint64_t)i << 20, N), i);
	}
	assert_int_equal(import_seen_find(&s, (uint64_t)N << 20, N), N);
	import_seen_release(&s);
}

static void
test_columns(void **state)
{
	struct import_columns c;
	struct err e;
	(void)state;
	assert_int_equal(
	    import_columns_read(&c, "text=Body,label=Is it?", &e), 0);
	struct span name = import_columns_name(&c, IMPORT_TEXT, 0);
	assert_true(span_equal(name, span_of("Body")));
	assert_null(import_columns_name(&c, IMPORT_TEXT, 1).p);
	name = import_columns_name(&c, IMPORT_LABEL, 0);
	assert_true(span_equal(name, span_of("Is it?")));
	name = import_columns_name(&c, IMPORT_EMAIL, 1);
	assert_true(span_equal(name, span_of("comment_author_email")));
	assert_true(import_columns_same(span_of("CLASS"), span_of("class")));
	assert_false(import_columns_same(span_of("CLAS"), span_of("class")));
	static const char *const wrong[] = {
	    "text", "text=", "colour=x", "=", ",text=a"};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		if (import_columns_read(&c, wrong[i], &e) == 0)
			fail_msg("%s", wrong[i]);
	assert_int_equal(import_columns_read(&c, NULL, &e), 0);
	assert_int_equal(import_columns_read(&c, "", &e), 0);
}

/* Rows to a sink in memory; what it wrote is at *text. */
struct sheet {
	FILE *file;
	char *text;
	size_t n;
	struct import_sink *sink;
};

static void
open_sheet(struct sheet *s)
{
	s->file = open_memstream(&s->text, &s->n);
	assert_non_null(s->file);
	s->sink = import_sink_open(s->file);
}

static void
close_sheet(struct sheet *s)
{
	import_sink_close(s->sink);
	fclose(s->file);
	free(s->text);
}

static void
put(struct sheet *s, struct span text, enum label label)
{
	struct row row = {
	    .comment = {.content = text, .fill_ms = -1},
	    .label = label,
	    .fold = -1,
	};
	struct err e;
	assert_int_equal(import_sink_put(s->sink, &row, &e), 0);
}

static void
test_contradictions(void **state)
{
	struct sheet s;
	(void)state;
	open_sheet(&s);
	put(&s, span_of("Same  TEXT"), LABEL_HAM);
	put(&s, span_of("other"), LABEL_HAM);
	put(&s, span_of("same text"), LABEL_SPAM);
	put(&s, span_of("other"), LABEL_ABUSE); /* of another head */
	put(&s, span_of("other"), LABEL_NONE);
	/* linkbacks without a text are not all the same */
	put(&s, span_of(""), LABEL_HAM);
	put(&s, span_of(" \n"), LABEL_SPAM);
	const struct import_counts *c = import_sink_counts(s.sink);
	assert_int_equal(c->rows, 7);
	assert_int_equal(c->duplicates, 3);
	assert_int_equal(c->n_texts, 4);
	assert_false(import_text_contradicts(&c->texts[2]));
	assert_true(import_text_contradicts(&c->texts[0]));
	assert_int_equal(c->texts[0].line, 1);
	assert_false(import_text_contradicts(&c->texts[1]));
	put(&s, span_of("other"), LABEL_OK);
	assert_true(import_text_contradicts(&c->texts[1]));
	close_sheet(&s);
}

static void
test_odd_texts(void **state)
{
	enum { LARGE = IMPORT_TEXT_BYTES_MAX + 1 };
	struct sheet s;
	char *large = malloc(LARGE);
	(void)state;
	assert_non_null(large);
	memset(large, 'x', LARGE);
	open_sheet(&s);
	put(&s, (struct span){large, LARGE}, LABEL_HAM);
	put(&s, (struct span){"a\0\xff z", 5}, LABEL_HAM);
	put(&s, (struct span){large, LARGE - 1}, LABEL_HAM);
	const struct import_counts *c = import_sink_counts(s.sink);
	assert_int_equal(c->skipped[IMPORT_SKIP_TOO_LARGE], 1);
	assert_int_equal(c->rows, 2);
	assert_int_equal(c->repaired, 1);
	fflush(s.file);
	static const char line[] =
	    "{\"text\":\"a\\u0000\xef\xbf\xbd z\",\"label\":\"ham\"}\n";
	assert_memory_equal(s.text, line, strlen(line));
	close_sheet(&s);
	free(large);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_times),
	    cmocka_unit_test(test_seen),
	    cmocka_unit_test(test_columns),
	    cmocka_unit_test(test_contradictions),
	    cmocka_unit_test(test_odd_texts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
