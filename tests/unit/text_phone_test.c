/* What passes for a telephone number, and what is only written like one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "../../service/core/text.h"

static uint32_t
phones_in(struct span source)
{
	enum { BLOCK_BYTES = 8 << 20 };
	void *block = malloc(BLOCK_BYTES);
	struct arena a;
	struct text t;

	assert_non_null(block);
	arena_init(&a, block, BLOCK_BYTES);
	assert_int_equal(text_normalise(&t, source, FORMAT_TEXT, &a), 0);
	free(block);
	return t.counts.phones;
}

static void
check(const char *const *sources, size_t n, uint32_t phones)
{
	for (size_t i = 0; i < n; i++)
		if (phones_in(span_of(sources[i])) != phones)
			fail_msg("%s: %u, not %u", sources[i],
			    phones_in(span_of(sources[i])), phones);
}

#define CHECK(sources, phones)                                                 \
	check((sources), sizeof(sources) / sizeof(*(sources)), (phones))

static void
test_phones_are_found(void **state)
{
	static const char *const sources[] = {
	    "ring +44 20 7946 0958 now",
	    "+1 (555) 123-4567",
	    "WhatsApp +628123456789",
	    "whatsapp: +1 234 567 8900",
	    "+979 800 000 000",
	    "0049 30 123456",
	    "+49 (0)30 1234567",
	    "(0)30 1234567",
	    "(030) 123 45 67",
	    "07700 900123",
	    "09 72 39 40 50",
	    "0812 3456 7890",
	    "06-12345678",
	    "8-800-555-35-35",
	    "8-800-000-11-22",
	    "8 (495) 123-45-67",
	    "1-800-555-0199",
	    "1800-123-456",
	    "1800-88-1234",
	    "800-555-1200",
	    "(11) 98765-4321",
	    "091 123 456",
	    "0800 000 123",
	    "0905 123 456",
	    "030-1234500",
	    "24/7 0812 3456 7890",
	    "room 12 0812 3456 7890",
	    "web 20 07700 900123",
	    "gr8 deal 0812 3456 7890",
	};

	(void)state;
	CHECK(sources, 1);
}

static void
test_other_numbers_are_none(void **state)
{
	static const char *const sources[] = {
	    /* dates and what is numbered by years */
	    "2017-11-05",
	    "5-11-2017 10 30",
	    "05 11 2017",
	    "01 02 2023",
	    "1789-07-14 12",
	    "from 2005-2010",
	    "from 2005 \u2013 2010",
	    "order 2023-11-445566",
	    "invoice 2024-000123",
	    /* amounts */
	    "1 000 000 000 forints",
	    "000 000 000",
	    "1 050 000 000",
	    "12 045 300 250 people",
	    "100 000-200 000 Ft",
	    "15 000 000 \u2013 20 000 000 Ft",
	    "3000-4500 Ft",
	    "100000-150000",
	    /* books */
	    "ISBN 978-3-16-148410-0",
	    "978-3-16-148410-0",
	    "979-10-90636-07-1",
	    "ISBN-13: 978-3-16-148410-0",
	    "ISBN-10: 3-16-148410-0",
	    "ISBN 0-306-40615-2",
	    "ISBN:0 306 40615 2",
	    "ISSN 2049-3630",
	    /* accounts */
	    "DE89 3704 0044 0532 0130 00",
	    "IBAN: NL91 ABNA 0417 1643 00",
	    "BE68 5390 0754 7034",
	    "IT60 X054 2811 1010 0000 0123 456",
	    "FR14 2004 1010 0505 0001 3M02 606",
	    "GB29NWBK60161331926819",
	};

	(void)state;
	CHECK(sources, 0);
}

/* What tells of one number tells nothing of the next. */
static void
test_one_may_follow_on_another(void **state)
{
	static const char *const sources[] = {
	    "ISBN 978-3-16-148410-0, 0800 123 4567",
	    "2023-11-445566; 0800 123 4567",
	    "DE89 3704 0044 0532 0130 00, 0800 123 4567",
	    "1 000 000 Ft, 0800 123 4567",
	};

	(void)state;
	CHECK(sources, 1);
	assert_int_equal(
	    phones_in(
		span_of("0812 3456 7890, 030-1234567 or +44 20 7946 0958")),
	    3);
}

/* The largest comment of what must be looked back from: some milliseconds. */
static void
test_looking_back_ends(void **state)
{
	enum { TEXT_BYTES = 32768 };
	static const char *const pieces[] = {"abcd 0123 4567 ",
	    "de89 0123 4567 abcd ", "1 050 000 000 ", "- 01"};
	char *text = malloc(TEXT_BYTES);
	clock_t before = clock();

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
		size_t n = strlen(pieces[i]);

		for (size_t k = 0; k < TEXT_BYTES; k++)
			text[k] = pieces[i][k % n];
		phones_in((struct span){text, TEXT_BYTES});
	}
	assert_true(clock() - before < CLOCKS_PER_SEC);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_phones_are_found),
	    cmocka_unit_test(test_other_numbers_are_none),
	    cmocka_unit_test(test_one_may_follow_on_another),
	    cmocka_unit_test(test_looking_back_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
