/* service/core/unicode: what single code points are and fold to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../service/core/unicode.h"
#include "../../service/core/utf8.h"

static const struct {
	uint32_t cp;
	const char *fold;
	unsigned class_mask, lookalike;
} cases[] = {
    {'A', "a", UNICODE_LETTER | UNICODE_UPPER, 0},
    {'z', "z", UNICODE_LETTER, 0},
    {'l', "l", UNICODE_LETTER, 0},
    {'I', "i", UNICODE_LETTER | UNICODE_UPPER, 0},
    {'m', "m", UNICODE_LETTER, 0},
    {'0', "0", UNICODE_DIGIT, 0},
    {'|', "|", 0, 0},
    {'\t', " ", UNICODE_SPACE, 0},
    {'\n', "\n", UNICODE_SPACE, 0},
    {0x01, "", UNICODE_INVISIBLE, 0},
    {0xA0, " ", UNICODE_SPACE, 0},
    {0xE9, "e", UNICODE_LETTER, 0},  /* é */
    {0xDF, "ss", UNICODE_LETTER, 0}, /* ß */
    {0x300, "", UNICODE_MARK, 0},
    {0x430, "a", UNICODE_LETTER, 1}, /* Cyrillic */
    {0x41C, "m", UNICODE_LETTER | UNICODE_UPPER, 1},
    {0x43C, "m", UNICODE_LETTER, 1},
    {0x406, "i", UNICODE_LETTER | UNICODE_UPPER, 1},
    {0x439, "\u0438", UNICODE_LETTER, 0}, /* й, и */
    {0x44E, "\u044E", UNICODE_LETTER, 0}, /* ю, not "lo" */
    {0x437, "\u0437", UNICODE_LETTER, 0}, /* з, not "3" */
    {0x3C5, "u", UNICODE_LETTER, 1},
    {0x13AA, "a", UNICODE_LETTER | UNICODE_UPPER, 1}, /* Cherokee */
    {0x1D41A, "a", UNICODE_LETTER, 0},                /* mathematical bold */
    {0x24B6, "a", UNICODE_UPPER, 0},                  /* circled */
    {0x1D0D, "m", UNICODE_LETTER, 1},                 /* small capital */
    {0x1F170, "a", UNICODE_UPPER | UNICODE_EMOJI, 1},
    {0x4E00, "\u4E00", UNICODE_LETTER | UNICODE_IDEOGRAPH, 0},
    {0x30CE, "\u30CE", UNICODE_LETTER | UNICODE_IDEOGRAPH, 0},
    {0x30FC, "\u30FC", UNICODE_LETTER | UNICODE_IDEOGRAPH, 0},
    {0x304C, "\u304C", UNICODE_LETTER | UNICODE_IDEOGRAPH, 0},
    {0x3161, "\u1173", UNICODE_LETTER, 0}, /* Hangul, not "-" */
    {0x627, "\u0627", UNICODE_LETTER, 0},  /* Arabic, not "l" */
    {0xE48, "\u0E48", UNICODE_MARK, 0},    /* a mark of Thai's own */
    {0x2014, "-", 0, 0},
    {0x2019, "'", 0, 0},
    {0x201C, "\"", 0, 0},
    {0x200B, "", UNICODE_INVISIBLE, 0},
    {0xFE0F, "", UNICODE_INVISIBLE | UNICODE_MARK, 0},
    {0x1F602, "\U0001F602", UNICODE_EMOJI, 0},
    {0x1F1EB, "\U0001F1EB", UNICODE_EMOJI, 0},
    {0xFFFD, "\uFFFD", 0, 0},
};

static void
points_fold_and_are_classed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct unicode_point u = unicode_point(cases[i].cp);
		uint32_t out[UNICODE_FOLD_MAX];
		char text[4 * UNICODE_FOLD_MAX + 1];
		size_t n = 0;
		unsigned points = unicode_fold(cases[i].cp, out);

		for (unsigned k = 0; k < points; k++)
			n += utf8_write(out[k], text + n);
		text[n] = '\0';
		if (strcmp(text, cases[i].fold) != 0 ||
		    u.class_mask != cases[i].class_mask ||
		    u.lookalike != cases[i].lookalike)
			fail_msg("U+%04X: \"%s\" %02x %u", cases[i].cp, text,
			    u.class_mask, u.lookalike);
	}
}

static void
nothing_is_known_beyond_unicode(void **state)
{
	uint32_t out[UNICODE_FOLD_MAX];

	(void)state;
	assert_int_equal(unicode_point(0x110000).class_mask, 0);
	assert_int_equal(unicode_point(UINT32_MAX).script, 0);
	assert_int_equal(unicode_fold(0x110000, out), 1);
	assert_int_equal(out[0], 0x110000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(points_fold_and_are_classed),
	    cmocka_unit_test(nothing_is_known_beyond_unicode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
