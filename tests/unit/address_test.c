/* Blocks of addresses, and what is in them. */
#include "../../service/core/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct {
	const char *block, *inside, *outside;
} cases[] = {
    {"192.0.2.0/24", "192.0.2.255", "192.0.3.0"},
    {"192.0.2.77/24", "192.0.2.1", "192.0.1.77"},
    {"192.0.2.1", "192.0.2.1", "192.0.2.0"},
    {"192.0.2.1/31", "192.0.2.0", "192.0.2.2"},
    {"10.0.0.0/9", "10.127.255.255", "10.128.0.0"},
    {"0.0.0.0/0", "255.255.255.255", "::1"},
    {"0.0.0.0/0", "::ffff:1.2.3.4", "2001:db8::1"},
    {"::ffff:192.0.2.0/120", "192.0.2.9", "192.0.3.9"},
    {"2001:db8::/33", "2001:db8:7fff::", "2001:db8:8000::"},
    {"2001:db8::1/128", "2001:db8::1", "2001:db8::2"},
    {"fe80::/10", "febf::1", "fec0::1"},
};

static void
inside_and_outside(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct address_block b;
		struct address in, out;

		assert_true(address_block_read(&b, span_of(cases[i].block)));
		assert_true(address_read(&in, span_of(cases[i].inside)));
		assert_true(address_read(&out, span_of(cases[i].outside)));
		if (!address_block_has(&b, &in) || address_block_has(&b, &out))
			fail_msg("%s", cases[i].block);
	}
}

static void
what_is_no_block(void **state)
{
	static const char *const wrong[] = {"", "/", "/8", "192.0.2.0/",
	    "192.0.2.0/33", "192.0.2.0/2 ", "192.0.2.0/x", "192.0.2.0/24/24",
	    "192.0.2/24", "::/129", "::/1000", "::1%lo/64", "[::1]/64",
	    "192.0.2.0/+8", "localhost"};
	struct address_block b;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (address_block_read(&b, span_of(wrong[i])))
			fail_msg("read: %s", wrong[i]);
	assert_false(address_block_read(&b, (struct span){NULL, 0}));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(inside_and_outside),
	    cmocka_unit_test(what_is_no_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
