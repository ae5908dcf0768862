/* What JSON is read as; what is refused, tests/fuzz/json_fuzz.c compares. */
#include "../../service/edge/format/json_in.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { BLOCK_BYTES = 1 << 16 };

static unsigned char block[BLOCK_BYTES] __attribute__((aligned(16)));

static const struct json_in *
read_in(const char *text, struct err *e)
{
	struct arena a;

	arena_init(&a, block, sizeof(block));
	return json_in_read(span_of(text), &a, e);
}

static const struct {
	const char *text, *value;
} strings[] = {
    {"\"\"", ""},
    {"\"plain\"", "plain"},
    {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"},
    {"\"caf\\u00e9 \\uD83D\\ude00!\"", "caf\xc3\xa9 \xf0\x9f\x98\x80!"},
    {"\"\\uffff\\udbff\\udfff\"", "\xef\xbf\xbf\xf4\x8f\xbf\xbf"},
    {"\"h\xc3\xa9\x7f\"", "h\xc3\xa9\x7f"},
    {"\"0123456\\n890123456\\t\"", "0123456\n890123456\t"},
};

static void
test_strings(void **state)
{
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		const struct json_in *v = read_in(strings[i].text, &e);

		print_message("%s\n", strings[i].text);
		assert_non_null(v);
		assert_int_equal(v->kind, IN_STRING);
		assert_true(span_equal(v->text, span_of(strings[i].value)));
	}
}

static const struct {
	const char *text;
	enum json_in_kind kind;
	int64_t integer;
	double real;
} scalars[] = {
    {"null", IN_NULL, 0, 0},
    {" false ", IN_FALSE, 0, 0},
    {"\ttrue\r\n", IN_TRUE, 0, 0},
    {"0", IN_INTEGER, 0, 0},
    {"-0", IN_INTEGER, 0, 0},
    {"9223372036854775807", IN_INTEGER, INT64_MAX, 0},
    {"-9223372036854775808", IN_INTEGER, INT64_MIN, 0},
    {"0.5", IN_REAL, 0, 0.5},
    {"-12.50e+1", IN_REAL, 0, -125},
    {"1E2", IN_REAL, 0, 100},
    {"1e-999", IN_REAL, 0, 0},
};

static void
test_scalars(void **state)
{
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(scalars) / sizeof(scalars[0]); i++) {
		const struct json_in *v = read_in(scalars[i].text, &e);

		print_message("%s\n", scalars[i].text);
		assert_non_null(v);
		assert_int_equal(v->kind, scalars[i].kind);
		if (v->kind == IN_INTEGER)
			assert_int_equal(v->integer, scalars[i].integer);
		if (v->kind == IN_REAL)
			assert_true(v->real == scalars[i].real);
	}
}

/* Short or long, a real is the double that strtod makes of it. */
static void
test_reals(void **state)
{
	static const char *const texts[] = {"0.1", "-0.0", "-2.675", "0.000001",
	    "1234567.890123", "99999999999999.9", "999999999999999.9",
	    "0.00000000000001", "0.000000000000001", "9007199254740993.0",
	    "-0.123456789", "0.012345678901234567", "4503599627370497.5"};
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const struct json_in *v = read_in(texts[i], &e);
		double wanted = strtod(texts[i], NULL);

		print_message("%s\n", texts[i]);
		assert_non_null(v);
		assert_int_equal(v->kind, IN_REAL);
		assert_memory_equal(&v->real, &wanted, sizeof(wanted));
	}
}

static void
test_nesting(void **state)
{
	struct err e;
	const struct json_in *v =
	    read_in("{\"a\":[1,[],\"x\"],\"\\u0062\":{},\"\":null}", &e);
	const struct json_in *a;

	(void)state;
	assert_non_null(v);
	assert_int_equal(v->n, 3);
	a = json_in_member(v, "a");
	assert_int_equal(a->n, 3);
	assert_int_equal(a->first->integer, 1);
	assert_int_equal(a->first->next->n, 0);
	assert_null(a->first->next->first);
	assert_true(span_equal(a->first->next->next->text, span_of("x")));
	assert_null(a->first->next->next->next);
	assert_int_equal(json_in_member(v, "b")->kind, IN_OBJECT);
	assert_int_equal(json_in_member(v, "")->kind, IN_NULL);
	assert_null(json_in_member(v, "c"));
	assert_null(json_in_member(a, "a"));
	assert_null(json_in_member(NULL, "a"));
}

/* Nothing is copied that stands in the body as it is. */
static void
test_text_is_the_bodys(void **state)
{
	static const char body[] = "{\"key\":\"value\"}";
	struct err e;
	const struct json_in *v = read_in(body, &e);

	(void)state;
	assert_ptr_equal(v->first->key.p, body + 2);
	assert_ptr_equal(v->first->text.p, body + 8);
}

/* Whole, or refused as too large, whatever the room. */
static void
test_full(void **state)
{
	static const char body[] =
	    "{\"a\":[1,2.5,\"x\\n\"],\"b\":{\"c\":\"\\u00e9\",\"d\":null}}";

	(void)state;
	for (size_t room = 1024; room-- > 0;) {
		void *exact = malloc(room + 1);
		struct err e = {ERR_NONE, ""};
		struct arena a;

		arena_init(&a, exact, room);
		if (json_in_read(span_of(body), &a, &e) == NULL)
			assert_int_equal(e.code, ERR_TOO_LARGE);
		else
			assert_true(room > sizeof(body));
		free(exact);
	}
}

/* `n` members, the last named as the first if `twins`. */
static int
read_members(unsigned n, int twins)
{
	char text[4096] = "{";
	size_t used = 1;
	struct err e;

	for (unsigned i = 0; i < n; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "\"k%u\":1,", twins && i == n - 1 ? 0 : i);
	text[used - 1] = '}';
	return read_in(text, &e) != NULL;
}

/* However many members there are, which decides how twins are found. */
static void
test_twins(void **state)
{
	(void)state;
	for (unsigned n = 2; n < 100; n++) {
		assert_true(read_members(n, 0));
		assert_false(read_members(n, 1));
	}
}

/* The refusals that a client may have learned to read. */
static void
test_words(void **state)
{
	struct err e;

	(void)state;
	assert_null(read_in("{\"a\":1,\"a\":2}", &e));
	assert_non_null(strstr(e.text, "duplicate"));
	assert_null(read_in("[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", &e));
	assert_string_equal(e.text, "JSON nested deeper than 16");
	assert_null(read_in("", &e));
	assert_int_equal(e.code, ERR_INPUT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_strings),
	    cmocka_unit_test(test_scalars),
	    cmocka_unit_test(test_reals),
	    cmocka_unit_test(test_nesting),
	    cmocka_unit_test(test_text_is_the_bodys),
	    cmocka_unit_test(test_full),
	    cmocka_unit_test(test_twins),
	    cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
