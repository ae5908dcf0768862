/* Which escapes of JSON are made harmless, and that nothing else changes. */
#include "../../service/edge/format/json_mend.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct {
	const char *text, *mended; /* NULL: as it was */
} cases[] = {
    {"", NULL},
    {"{\"content\":\"plain\"}", NULL},
    {"\"\\\"\\n\\u00e9\"", NULL},
    {"\"a\\u0000b\"", "\"a\\ufffdb\""},
    {"\"\\ud800\"", "\"\\ufffd\""},
    {"\"\\uDFFF\"", "\"\\ufffd\""},
    {"\"\\ud83d\\ude00\"", NULL},
    {"\"\\udbff\\udfff\\udfff\"", "\"\\udbff\\udfff\\ufffd\""},
    {"\"\\ud83d\\ud83d\\ude00\"", "\"\\ufffd\\ud83d\\ude00\""},
    {"\"\\ude00\\ud83d\"", "\"\\ufffd\\ufffd\""},
    {"\"\\ud83d\\u0000\"", "\"\\ufffd\\ufffd\""},
    {"\"\\ud83d\\\\ude00\"", "\"\\ufffd\\\\ude00\""},
    {"\"\\ud83dude00\"", "\"\\ufffdude00\""},
    {"\"\\\\ud800 \\\\u0000\"", NULL},
    {"\"\\\\\\ud800\"", "\"\\\\\\ufffd\""},
    {"\"\\uD7FF\\uE000\\u0001\"", NULL},
    {"\"\\U0000\\ud8\"", NULL},
    {"\"\\ud80", NULL},
    {"\"\\", NULL},
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned char block[64] __attribute__((aligned(16)));
		struct span text = span_of(cases[i].text);
		struct arena a;

		print_message("%s\n", cases[i].text);
		arena_init(&a, block, sizeof(block));
		assert_int_equal(json_mend(&text, &a), 0);
		if (cases[i].mended == NULL)
			assert_ptr_equal(text.p, cases[i].text);
		else
			assert_true(span_equal(text, span_of(cases[i].mended)));
	}
}

static void
test_a_full_arena(void **state)
{
	unsigned char block[8] __attribute__((aligned(16)));
	struct span text = span_of("\"\\u0000\\u0000\"");
	struct arena a;

	(void)state;
	arena_init(&a, block, sizeof(block));
	assert_int_equal(json_mend(&text, &a), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_a_full_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
