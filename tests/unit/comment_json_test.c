/* What a comment's JSON may hold, and the pointer to what it may not. */
#include "../../service/edge/check/comment_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { BLOCK_BYTES = 1 << 16 };

static unsigned char block[BLOCK_BYTES] __attribute__((aligned(16)));

static enum err_code
read_text(const char *text, struct comment *c, struct problem_field *field,
    size_t room)
{
	struct arena a;
	struct err e;
	const struct json_in *o;

	arena_init(&a, block, room);
	o = json_in_read(span_of(text), &a, &e);
	if (o == NULL)
		return e.code;
	return comment_from_json(c, o, "", field) == 0 ? ERR_NONE : ERR_FIELD;
}

static const char whole[] =
    "{\"id\":\"c-17\",\"thread\":\"https://blog.example/post\","
    "\"parent\":\"c-3\",\"type\":\"comment\",\"content\":\"caf\\u00e9\","
    "\"format\":\"html\",\"author\":{\"id\":\"u9\",\"name\":\"jammy\","
    "\"email\":\"j@mail.example\",\"url\":\"http://j.example\","
    "\"ip\":\"192.0.2.7\",\"user_agent\":\"Mozilla/5.0\","
    "\"role\":\"guest\"},\"created_at\":\"2017-11-05T01:10:00Z\","
    "\"referrer\":\"https://blog.example/\",\"fill_ms\":5200,"
    "\"honeypot\":\"x\",\"test\":true,\"unknown\":[1,2]}";

/* Not those inside, nor in what people read. */
static void
test_blanks_around_addresses_go(void **state)
{
	static const char text[] =
	    "{\"content\":\" x \",\"author\":{\"name\":\" a \","
	    "\"email\":\"\\ta b@mail.example \",\"ip\":\" 192.0.2.7\\r\\n\"}}";
	struct comment c;
	struct problem_field field;

	(void)state;
	assert_int_equal(read_text(text, &c, &field, BLOCK_BYTES), ERR_NONE);
	assert_true(span_equal(c.author.email, span_of("a b@mail.example")));
	assert_true(span_equal(c.author.ip, span_of("192.0.2.7")));
	assert_true(span_equal(c.author.name, span_of(" a ")));
	assert_true(span_equal(c.content, span_of(" x ")));
}

static void
test_every_field_is_read(void **state)
{
	struct comment c;
	struct problem_field field;

	(void)state;
	assert_int_equal(read_text(whole, &c, &field, BLOCK_BYTES), ERR_NONE);
	assert_true(span_equal(c.id, span_of("c-17")));
	assert_true(span_equal(c.thread, span_of("https://blog.example/post")));
	assert_true(span_equal(c.parent, span_of("c-3")));
	assert_true(span_equal(c.type, span_of("comment")));
	assert_true(span_equal(c.content, span_of("caf\xc3\xa9")));
	assert_int_equal(c.format, FORMAT_HTML);
	assert_true(span_equal(c.author.id, span_of("u9")));
	assert_true(span_equal(c.author.name, span_of("jammy")));
	assert_true(span_equal(c.author.email, span_of("j@mail.example")));
	assert_true(span_equal(c.author.url, span_of("http://j.example")));
	assert_true(span_equal(c.author.ip, span_of("192.0.2.7")));
	assert_true(span_equal(c.author.user_agent, span_of("Mozilla/5.0")));
	assert_true(span_equal(c.author.role, span_of("guest")));
	assert_int_equal(c.created_at_ms, INT64_C(1509844200000));
	assert_true(span_equal(c.referrer, span_of("https://blog.example/")));
	assert_int_equal(c.fill_ms, 5200);
	assert_true(span_equal(c.honeypot, span_of("x")));
	assert_true(c.test);
}

static void
test_what_is_left_out(void **state)
{
	struct comment c;
	struct problem_field field;

	(void)state;
	assert_int_equal(read_text("{\"content\":\"\",\"author\":null}", &c,
			     &field, BLOCK_BYTES),
	    ERR_NONE);
	assert_int_equal(c.content.n, 0);
	assert_int_equal(c.author.name.n, 0);
	assert_int_equal(c.format, FORMAT_TEXT);
	assert_int_equal(c.fill_ms, -1);
	assert_int_equal(c.created_at_ms, 0);
	assert_false(c.test);
}

static const struct {
	const char *text;
	enum err_code code;
	const char *pointer;
} wrong[] = {
    {"{}", ERR_FIELD, "/content"},
    {"[]", ERR_FIELD, ""},
    {"\"text\"", ERR_FIELD, ""},
    {"{\"content\":null}", ERR_FIELD, "/content"},
    {"{\"content\":7}", ERR_FIELD, "/content"},
    {"{\"content\":\"\",\"format\":\"pdf\"}", ERR_FIELD, "/format"},
    {"{\"content\":\"\",\"author\":\"jammy\"}", ERR_FIELD, "/author"},
    {"{\"content\":\"\",\"author\":{\"ip\":7}}", ERR_FIELD, "/author/ip"},
    {"{\"content\":\"\",\"created_at\":\"now\"}", ERR_FIELD, "/created_at"},
    {"{\"content\":\"\",\"created_at\":1509844200}", ERR_FIELD, "/created_at"},
    {"{\"content\":\"\",\"fill_ms\":-1}", ERR_FIELD, "/fill_ms"},
    {"{\"content\":\"\",\"fill_ms\":1.5}", ERR_FIELD, "/fill_ms"},
    {"{\"content\":\"\",\"test\":1}", ERR_FIELD, "/test"},
    {"", ERR_INPUT, NULL},
    {"{\"content\":\"a\"} x", ERR_INPUT, NULL},
    {"{\"content\":\"a\",\"content\":\"b\"}", ERR_INPUT, NULL},
    {"{\"content\":\"\xc3\x28\"}", ERR_INPUT, NULL},
    {"{\"content\":\"\xed\xa0\x80\"}", ERR_INPUT, NULL},
    {"{\"content\":\"\\ud800\"}", ERR_INPUT, NULL},
    {"{\"content\":\"a\\u0000b\"}", ERR_INPUT, NULL},
    {"{\"content\":\"a\nb\"}", ERR_INPUT, NULL},
    {"{\"content\":\"\",\"fill_ms\":012}", ERR_INPUT, NULL},
    {"{\"content\":\"\",\"fill_ms\":1e999}", ERR_INPUT, NULL},
    {"[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", ERR_INPUT, NULL},
};

static void
test_wrong_comments_are_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct problem_field field = {0};
		struct comment c;

		print_message("%s\n", wrong[i].text);
		assert_int_equal(
		    read_text(wrong[i].text, &c, &field, BLOCK_BYTES),
		    wrong[i].code);
		if (wrong[i].pointer == NULL)
			continue;
		assert_string_equal(field.pointer, wrong[i].pointer);
		assert_non_null(strstr(field.detail, "expected "));
	}
}

static void
test_content_is_bounded(void **state)
{
	char *text = malloc(CONTENT_BYTES_MAX + 64);
	struct problem_field field;
	struct comment c;

	(void)state;
	for (int over = 0; over <= 1; over++) {
		size_t n = CONTENT_BYTES_MAX + (size_t)over;

		memcpy(text, "{\"content\":\"", 12);
		memset(text + 12, 'a', n);
		memcpy(text + 12 + n, "\"}", 3);
		assert_int_equal(read_text(text, &c, &field, BLOCK_BYTES),
		    over ? ERR_FIELD : ERR_NONE);
	}
	free(text);
}

static void
test_a_full_arena_is_a_refusal(void **state)
{
	struct problem_field field;
	struct comment c;
	size_t room = 2048;

	(void)state;
	assert_int_equal(read_text(whole, &c, &field, room), ERR_NONE);
	while (room-- > 0) {
		enum err_code code = read_text(whole, &c, &field, room);

		assert_true(code == ERR_NONE || code == ERR_TOO_LARGE);
		if (room < 64)
			assert_int_equal(code, ERR_TOO_LARGE);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_blanks_around_addresses_go),
	    cmocka_unit_test(test_every_field_is_read),
	    cmocka_unit_test(test_what_is_left_out),
	    cmocka_unit_test(test_wrong_comments_are_named),
	    cmocka_unit_test(test_content_is_bounded),
	    cmocka_unit_test(test_a_full_arena_is_a_refusal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
