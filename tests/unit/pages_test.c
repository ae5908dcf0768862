/* What an Accept-Encoding says of gzip, and what was built into the table. */
#include "../../service/edge/pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../service/edge/pages_table.h"

static const struct {
	const char *accept;
	bool takes;
} cases[] = {
    {"", false},
    {"gzip", true},
    {"br", false},
    {"gzip, deflate, br", true},
    {"deflate ,\tgzip\t", true},
    {"x-gzip", false},
    {"gzip;q=0", false},
    {"gzip; q=0.000, br", false},
    {"gzip;q=0.001", true},
    {"gzip;Q=0", false},
    {"gzip ; q = 0", false},
    {"br;q=1,gzip;q=.5", true},
    {"br;q=0,gzip", true},
    {"gzip;q", true},
    {",,;", false},
};

static void
takes_gzip(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (pages_takes_gzip(span_of(cases[i].accept)) !=
		    cases[i].takes)
			fail_msg("\"%s\"", cases[i].accept);
}

/* That a compressed file is one, and that its tag tells it from others. */
static void
table_holds_files(void **state)
{
	(void)state;
	assert_true(pages_table_n > 0);
	for (size_t i = 0; i < pages_table_n; i++) {
		const struct page *p = &pages_table[i];

		assert_int_equal(strlen(p->digest), 16);
		assert_true(p->gzip.n >= 20);
		assert_memory_equal(p->gzip.p, "\x1f\x8b\x08", 3);
		for (size_t j = 0; j < i; j++)
			if (p->bytes.n > 0)
				assert_string_not_equal(
				    p->digest, pages_table[j].digest);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_gzip),
	    cmocka_unit_test(table_holds_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
