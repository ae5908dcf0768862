/* Lines of a corpus: what is read, and what is refused and how. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../../training/corpus.h"

static char path[] = "/tmp/corpus_testXXXXXX";

static void
write_lines(const char *lines)
{
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(lines, f);
	fclose(f);
}

static int
load(struct corpus *c, const char *lines, struct err *e)
{
	write_lines(lines);
	*c = (struct corpus){0};
	return corpus_add(c, (struct corpus_file){path, false}, e);
}

static void
test_all_keys(void **state)
{
	static const char line[] =
	    "{\"id\":\"a\",\"text\":\"x\\u0000y\",\"label\":\"spam\","
	    "\"author\":\"n\",\"author_id\":\"u1\",\"email\":\"e@x\","
	    "\"url\":\"http://u\",\"ip\":\"1.2.3.4\",\"user_agent\":\"ua\","
	    "\"time\":\"2017-11-05T01:10:00Z\",\"thread\":\"t\","
	    "\"format\":\"html\",\"fill_ms\":7,\"honeypot\":\"h\","
	    "\"approved\":4,"
	    "\"lang\":\"en\",\"source\":\"s\",\"fold\":3,"
	    "\"paper_split\":\"test\",\"likes\":[1,2]}\n";
	struct corpus c;
	struct err e;
	(void)state;
	assert_int_equal(load(&c, line, &e), 0);
	assert_int_equal(c.n, 1);
	struct corpus_view view = {&c};
	const struct row *r = corpus_row(&view, 0);
	assert_string_equal(r->comment.id.p, "a");
	assert_int_equal(r->comment.content.n, 3);
	assert_memory_equal(r->comment.content.p, "x\0y", 4);
	assert_int_equal(r->label, LABEL_SPAM);
	assert_string_equal(r->comment.author.name.p, "n");
	assert_string_equal(r->comment.author.id.p, "u1");
	assert_string_equal(r->comment.author.email.p, "e@x");
	assert_string_equal(r->comment.author.url.p, "http://u");
	assert_string_equal(r->comment.author.ip.p, "1.2.3.4");
	assert_string_equal(r->comment.author.user_agent.p, "ua");
	assert_true(r->comment.created_at_ms == INT64_C(1509844200000));
	assert_string_equal(r->comment.thread.p, "t");
	assert_int_equal(r->comment.format, FORMAT_HTML);
	assert_int_equal(r->comment.fill_ms, 7);
	assert_int_equal(r->approved, 4);
	assert_string_equal(r->comment.honeypot.p, "h");
	assert_string_equal(r->lang.p, "en");
	assert_string_equal(r->source.p, "s");
	assert_int_equal(r->fold, 3);
	assert_string_equal(r->paper_split.p, "test");
	corpus_release(&c);
}

static void
test_nothing_said(void **state)
{
	struct corpus c;
	struct err e;
	(void)state;
	assert_int_equal(
	    load(&c, "{\"text\":\"\",\"label\":null,\"author\":null}", &e), 0);
	struct corpus_view view = {&c};
	const struct row *r = corpus_row(&view, 0);
	assert_int_equal(r->label, LABEL_NONE);
	assert_int_equal(r->comment.author.name.n, 0);
	assert_int_equal(r->comment.fill_ms, -1);
	assert_int_equal(r->approved, 0);
	assert_true(r->comment.created_at_ms == 0);
	assert_in_range(r->fold, 0, FOLDS - 1);
	corpus_release(&c);
}

static const struct {
	const char *lines, *says; /* after the path */
} refused[] = {
    {"{\"text\":\"a\"}\n{", ":2: not JSON"},
    {"[]", ":1: expected a JSON object"},
    {"[{\"text\":\"a\"}]", ":1: expected a JSON object a line: it is one "},
    {"[\n{\"text\":\"a\"}\n]", ":1: expected a JSON object a line: it is one "},
    {"\xff\xfe{", ":1: expected a JSON object a line: it is UTF-16"},
    {"{\"text\":\"a\"}\n \n[]", ":3: expected a JSON object"},
    {"{\"label\":\"ham\"}", ":1: text: expected a string"},
    {"{\"text\":7}", ":1: text: expected a string"},
    {"{\"text\":\"\",\"label\":\"good\"}", ":1: label: expected spam"},
    {"{\"text\":\"\",\"label\":1}", ":1: label: expected a string"},
    {"{\"text\":\"\",\"ip\":[]}", ":1: ip: expected a string"},
    {"{\"text\":\"\",\"fold\":5}", ":1: fold: expected a whole"},
    {"{\"text\":\"\",\"fold\":1.5}", ":1: fold: expected a whole"},
    {"{\"text\":\"\",\"approved\":\"4\"}", ":1: approved: expected a whole"},
    {"{\"text\":\"\",\"fill_ms\":-1}", ":1: fill_ms: expected a whole"},
    {"{\"text\":\"\",\"format\":\"md\"}", ":1: format: expected text"},
    {"{\"text\":\"\",\"time\":\"now\"}", ":1: time: expected a time"},
    {"{\"text\":\"\",\"text\":\"\"}", ":1: not JSON: duplicate"},
    {"{\"text\":\"\xff\"}", ":1: not JSON"},
};

static void
test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		struct corpus c;
		struct err e = {0};
		char start[512];
		assert_int_equal(load(&c, refused[i].lines, &e), -1);
		snprintf(start, sizeof(start), "%s%s", path, refused[i].says);
		if (strncmp(e.text, start, strlen(start)) != 0)
			fail_msg("%s, not %s", e.text, start);
		corpus_release(&c);
	}
}

/* {"text":"a"} and {"text":"b"}, gzipped */
static const unsigned char two_rows[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x02, 0x03, 0xab, 0x56, 0x2a, 0x49, 0xad, 0x28, 0x51, 0xb2,
    0x52, 0x4a, 0x54, 0xaa, 0xe5, 0xaa, 0x86, 0x71, 0x92, 0x94, 0x6a, 0x01,
    0xd2, 0x22, 0x81, 0x72, 0x19, 0x00, 0x00, 0x00};

static void
test_gzipped(void **state)
{
	struct corpus c = {0};
	struct err e;
	(void)state;
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(
	    fwrite(two_rows, 1, sizeof(two_rows), f), sizeof(two_rows));
	fclose(f);
	assert_int_equal(
	    corpus_add(&c, (struct corpus_file){path, true}, &e), 0);
	assert_int_equal(c.n, 2);
	struct corpus_view view = {&c};
	const struct row *r = corpus_row(&view, 1);
	assert_string_equal(r->comment.content.p, "b");
	assert_true(r->text_only);
	corpus_release(&c);
}

enum { MANY = 20000, LARGE = 1000, LARGE_BYTES = 100000 };

/* The text of row `i`: some are far larger than what is read at once. */
static struct span
text_of(size_t i)
{
	static char text[LARGE_BYTES];
	memset(text, 'a' + (int)(i % 26), sizeof(text));
	return (struct span){text, i % LARGE == 0 ? sizeof(text) : i % 97};
}

static struct row
row_of(size_t i)
{
	static char id[16];
	snprintf(id, sizeof(id), "%zu", i);
	return (struct row){
	    .comment.content = text_of(i),
	    .comment.id = span_of(id),
	    .comment.format = i % 3 == 0 ? FORMAT_HTML : FORMAT_TEXT,
	    .comment.created_at_ms = (int64_t)i - 5,
	    .comment.fill_ms = (int64_t)(i % 4) - 1,
	    .decided_at_ms = i % 2 == 0 ? INT64_MIN : (int64_t)i,
	    .verdict = span_of(i % 2 == 0 ? "{}" : ""),
	    .label = i % LABELS,
	    .fold = (int32_t)(i % FOLDS),
	};
}

static void
check_row(const struct row *r, size_t i)
{
	struct row is = row_of(i);
	assert_true(span_equal(r->comment.content, is.comment.content));
	assert_int_equal(r->comment.content.p[r->comment.content.n], '\0');
	assert_string_equal(r->comment.id.p, is.comment.id.p);
	assert_string_equal(r->verdict.p, is.verdict.p);
	assert_int_equal(r->by.n, 0);
	assert_int_equal(r->comment.format, is.comment.format);
	assert_true(r->comment.created_at_ms == is.comment.created_at_ms);
	assert_true(r->comment.fill_ms == is.comment.fill_ms);
	assert_true(r->decided_at_ms == is.decided_at_ms);
	assert_int_equal(r->label, is.label);
	assert_int_equal(r->fold, is.fold);
}

/* More rows than stay in memory, forwards, backwards, and from both ends. */
static void
test_on_disk(void **state)
{
	struct corpus c = {0};
	struct corpus_view up = {&c}, down = {&c};
	struct err e;
	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		struct row row = row_of(i);
		assert_int_equal(corpus_put(&c, &row, &e), 0);
	}
	assert_true(c.scratch.bytes > 0 && c.tail_bytes < c.scratch.bytes);
	for (size_t i = 0; i < MANY; i++) {
		check_row(corpus_row(&up, i), i);
		check_row(corpus_row(&down, MANY - 1 - i), MANY - 1 - i);
		assert_int_equal(c.rows[i].blank, text_of(i).n == 0);
	}
	corpus_look_away(&up);
	corpus_look_away(&down);
	corpus_release(&c);
}

static int
make_file(void **state)
{
	(void)state;
	int fd = mkstemp(path);
	return fd < 0 ? -1 : close(fd);
}

static int
remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_all_keys),
	    cmocka_unit_test(test_nothing_said),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_gzipped),
	    cmocka_unit_test(test_on_disk),
	};
	return cmocka_run_group_tests(tests, make_file, remove_file);
}
