/* JSON written straight into memory is what jansson would write. */
#include "../../service/edge/format/json_out.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../service/edge/format/json.h"

enum { BLOCK_BYTES = 4096 };

static const struct {
	const char *name;
	struct span text;
	int64_t integer;
	double real;
} cases[] = {
    {"nothing", {"", 0}, 0, 0.0},
    {"plain", {"plain", 5}, 1, 1.0},
    {"quotes", {"a\"b\\c/d", 7}, -1, -1.5},
    {"named controls", {"\b\f\n\r\t", 5}, 42, 0.1},
    {"other controls", {"\0\x01\x1f\x7f", 4}, INT64_MAX, 1e-7},
    {"at each place of eight", {"\n234567\"1\\345678", 16}, 10, 2.5},
    {"beyond ASCII", {"h\xc3\xa9 \xf0\x9f\x98\x80", 8}, INT64_MIN, -1e300},
    {"a large real", {"x\"", 2}, 7, 1e17},
    {"a small real", {"\"x", 2}, 7, 5e-324},
    {"the largest real", {"{", 1}, 7, 1.7976931348623157e308},
    {"seventeen digits", {"[", 1}, 7, 0.30000000000000004},
    {"minus zero", {",", 1}, 7, -0.0},
};
enum { CASES = sizeof(cases) / sizeof(cases[0]) };

static json_t *
tree_of(size_t i)
{
	json_t *inner = json_pack("{s:o, s:I, s:f, s:n}", "text",
	    json_span(cases[i].text), "integer", (json_int_t)cases[i].integer,
	    "real", cases[i].real, "null");

	return json_pack(
	    "{s:[], s:[o, {}, f]}", "empty", "list", inner, cases[i].real);
}

static struct span
written(size_t i, struct arena *a)
{
	struct json_out o;

	json_out_begin(&o, a);
	json_out_open(&o, NULL, '{');
	json_out_open(&o, "empty", '[');
	json_out_close(&o, ']');
	json_out_open(&o, "list", '[');
	json_out_open(&o, NULL, '{');
	json_out_text(&o, "text", cases[i].text);
	json_out_integer(&o, "integer", cases[i].integer);
	json_out_real(&o, "real", cases[i].real);
	json_out_null(&o, "null");
	json_out_close(&o, '}');
	json_out_open(&o, NULL, '{');
	json_out_close(&o, '}');
	json_out_real(&o, NULL, cases[i].real);
	json_out_close(&o, ']');
	json_out_close(&o, '}');
	return json_out_end(&o);
}

static void
test_same_as_jansson(void **state)
{
	char *blocks[2] = {malloc(BLOCK_BYTES), malloc(BLOCK_BYTES)};

	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		struct arena a, b;
		json_t *tree = tree_of(i);
		struct span is, wanted;

		arena_init(&a, blocks[0], BLOCK_BYTES);
		arena_init(&b, blocks[1], BLOCK_BYTES);
		is = written(i, &a);
		wanted = json_write(tree, &b);
		json_decref(tree);
		if (wanted.p == NULL || !span_equal(is, wanted))
			fail_msg("%s: %.*s", cases[i].name, (int)is.n, is.p);
		assert_int_equal(a.used, b.used);
	}
	free(blocks[0]);
	free(blocks[1]);
}

static const struct {
	double value;
	const char *text;
} decimals[] = {
    {0.0, "0.0"},
    {-0.0, "0.0"},
    {1.0, "1.0"},
    {-0.5, "-0.5"},
    {-123.25, "-123.25"},
    {1e-9, "0.000000001"},
    {4.9e-10, "0.0"},
    {-4.9e-10, "0.0"},
    {-5.1e-10, "-0.000000001"},
    {0.1 + 0.2, "0.3"},
    {0.9999999996, "1.0"},
    {-0.30000000120, "-0.300000001"},
    {999999999.5, "999999999.5"},
    {1e9, "1000000000.0"},
    {-1e18, "-1e18"},
};

static void
test_decimals(void **state)
{
	char block[256];

	(void)state;
	for (size_t i = 0; i < sizeof(decimals) / sizeof(decimals[0]); i++) {
		struct json_out o;
		struct arena a;
		struct span got;

		arena_init(&a, block, sizeof(block));
		json_out_begin(&o, &a);
		json_out_decimal(&o, NULL, decimals[i].value);
		got = json_out_end(&o);
		if (!span_equal(got, span_of(decimals[i].text)))
			fail_msg(
			    "%s: %.*s", decimals[i].text, (int)got.n, got.p);
	}
}

static void
check_real(double value)
{
	char block[256], wanted[40];
	struct json_out o;
	struct arena a;
	struct span got;

	snprintf(wanted, sizeof(wanted), "%.17g", value);
	arena_init(&a, block, sizeof(block));
	json_out_begin(&o, &a);
	json_out_real(&o, NULL, value);
	got = json_out_end(&o);
	if (!span_equal(got, span_of(wanted)))
		fail_msg("%s: %.*s", wanted, (int)got.n, got.p);
}

/* Fractions without printf are what printf gives, to the last digit. */
static void
test_fractions(void **state)
{
	static const double edges[] = {0.0001, 0.001, 0.01, 0.1, 0.5, 0.25, 0.3,
	    0x1p-13, 1 - 0x1p-53, 0.1 + 0.2, 0x1.999999999999ap-4};
	uint64_t x = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++)
		for (int step = -50; step <= 50; step++) {
			double v = edges[i] * (1 + step * 0x1p-52);

			if (v >= 0.0001 && v < 1)
				check_real(v);
		}
	for (int i = 0; i < 100000; i++) {
		double v;

		x = x * 6364136223846793005u + 1442695040888963407u;
		v = (double)(x >> 11) * 0x1p-53 * (i % 4 == 0 ? 0.001 : 1);
		if (v >= 0.0001)
			check_real(v);
	}
}

/* Whole or not at all, whatever the room, and never beyond it. */
static void
test_full(void **state)
{
	struct span whole = {NULL, 0};

	(void)state;
	for (size_t room = 512; room-- > 0;) {
		char *block = malloc(room + 1);
		struct arena a;
		struct span got;

		arena_init(&a, block, room);
		got = written(2, &a);
		if (got.p == NULL)
			assert_int_equal(a.used, 0);
		else if (whole.n == 0)
			whole.n = got.n;
		if (got.p != NULL)
			assert_int_equal(got.n, whole.n);
		else
			assert_true(room < whole.n + 64);
		free(block);
	}
}

static void
test_what_is_empty(void **state)
{
	const struct span none = {NULL, 0}, some = {"x", 1};
	char block[256];
	struct json_out o;
	struct arena a;

	(void)state;
	arena_init(&a, block, sizeof(block));
	json_out_begin(&o, &a);
	json_out_open(&o, NULL, '{');
	json_out_text_if_any(&o, "a", none);
	json_out_text_if_any(&o, "b", some);
	json_out_text_or_null(&o, "c", none);
	json_out_text_or_null(&o, "d", some);
	json_out_close(&o, '}');
	assert_true(span_equal(
	    json_out_end(&o), span_of("{\"b\":\"x\",\"c\":null,\"d\":\"x\"}")));
}

static void
a_time_is_text(void **state)
{
	unsigned char block[256];
	struct arena a;
	struct json_out o;

	(void)state;
	arena_init(&a, block, sizeof block);
	json_out_begin(&o, &a);
	json_out_open(&o, NULL, '{');
	json_out_time(&o, "at", INT64_C(1764106440123));
	json_out_close(&o, '}');
	assert_true(span_equal(json_out_end(&o),
	    span_of("{\"at\":\"2025-11-25T21:34:00.123Z\"}")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_time_is_text),
	    cmocka_unit_test(test_same_as_jansson),
	    cmocka_unit_test(test_decimals),
	    cmocka_unit_test(test_fractions),
	    cmocka_unit_test(test_full),
	    cmocka_unit_test(test_what_is_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
