/* service/core/entities: references that are and that are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../service/core/entities.h"

static const struct {
	const char *text;
	size_t taken;
	uint32_t cp;
} cases[] = {
    {"&amp;", 5, '&'},
    {"&AElig;", 7, 0xC6},  /* the first of the table */
    {"&zwnj;", 6, 0x200C}, /* the last */
    {"&eacute;x", 8, 0xE9},
    {"&Eacute;", 8, 0xC9},
    {"&thetasym;", 10, 0x3D1},
    {"&thetasymm;", 0, 0},
    {"&NonBreakingSpace;", 18, 0xA0}, /* the longest */
    {"&NonBreakingSpaces;", 0, 0},
    {"&ZeroWidthSpace;", 16, 0x200B},
    {"&colon;", 7, ':'},
    {"&sol;", 5, '/'},
    {"&Tab;", 5, '\t'},
    {"&NewLine;", 9, '\n'},
    {"&AMP;", 5, '&'},
    {"&EACUTE;", 0, 0},
    {"&amp", 0, 0},
    {"&amp ;", 0, 0},
    {"&;", 0, 0},
    {"&", 0, 0},
    {"&nosuch;", 0, 0},
    {"&#65;", 5, 'A'},
    {"&#65", 4, 'A'},
    {"&#65x", 4, 'A'},
    {"&#x41;", 6, 'A'},
    {"&#X1f602;", 9, 0x1F602},
    {"&#0000000000000000000065;", 25, 'A'},
    {"&#0;", 4, 0xFFFD},
    {"&#xD800;", 8, 0xFFFD},
    {"&#x110000;", 10, 0xFFFD},
    {"&#99999999999999999999;", 23, 0xFFFD},
    {"&#4294967361;", 13, 0xFFFD}, /* 2^32 + 65 */
    {"&#", 0, 0},
    {"&#;", 0, 0},
    {"&#x;", 0, 0},
    {"&#xg;", 0, 0},
};

static void
references_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint32_t cp = 0;
		size_t n = entity_read(span_of(cases[i].text), 0, &cp);

		if (n != cases[i].taken || (n > 0 && cp != cases[i].cp))
			fail_msg("%s: %zu, U+%04X", cases[i].text, n, cp);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(references_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
