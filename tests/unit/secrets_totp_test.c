/* TOTP by the vectors of RFC 6238, appendix B, and which steps count. */
#include "../../service/edge/process/secrets_totp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static const char secret[] = "12345678901234567890";

static const struct {
	int64_t seconds;
	uint32_t code;
} vectors[] = {
    {59, 94287082},
    {1111111109, 7081804},
    {1111111111, 14050471},
    {1234567890, 89005924},
    {2000000000, 69279037},
    {20000000000, 65353130},
};

static void
codes_are_those_of_the_rfc(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		assert_int_equal(
		    totp_code(span_of(secret), vectors[i].seconds / 30, 8),
		    vectors[i].code);
}

static int64_t
find(int64_t step, int64_t now_step, int64_t last)
{
	char code[16];

	snprintf(code, sizeof(code), "%06u",
	    totp_code(span_of(secret), step, TOTP_DIGITS));
	return totp_find(
	    span_of(secret), span_of(code), now_step * TOTP_STEP_MS, last);
}

static void
one_step_off_is_well_and_none_counts_twice(void **state)
{
	(void)state;
	for (int64_t off = -1; off <= 1; off++)
		assert_int_equal(find(1000 + off, 1000, 0), 1000 + off);
	assert_int_equal(find(998, 1000, 0), 0);
	assert_int_equal(find(1002, 1000, 0), 0);
	assert_int_equal(find(1000, 1000, 1000), 0);
	assert_int_equal(find(1001, 1000, 1000), 1001);
	assert_int_equal(find(999, 1000, 1000), 0);
}

static void
what_is_no_code(void **state)
{
	static const char *const codes[] = {
	    "", "12345", "1234567", "12345a", "-12345", " 12345"};

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		assert_int_equal(totp_find(span_of(secret), span_of(codes[i]),
				     1000 * TOTP_STEP_MS, 0),
		    0);
}

static void
secrets_as_text(void **state)
{
	static const char text[] = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
	char written[TOTP_TEXT_BYTES + 1];
	unsigned char read[TOTP_SECRET_BYTES];

	(void)state;
	totp_write((const unsigned char *)secret, written);
	assert_string_equal(written, text);
	assert_int_equal(totp_read(span_of(text), read), 0);
	assert_memory_equal(read, secret, TOTP_SECRET_BYTES);
	assert_int_equal(totp_read(span_of("GEZD"), read), -1);
	assert_int_equal(
	    totp_read(span_of("gEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), read), -1);
	assert_int_equal(
	    totp_read(
		(struct span){"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ\0", 32}, read),
	    -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(codes_are_those_of_the_rfc),
	    cmocka_unit_test(one_step_off_is_well_and_none_counts_twice),
	    cmocka_unit_test(what_is_no_code),
	    cmocka_unit_test(secrets_as_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
