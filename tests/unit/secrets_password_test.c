/* Passwords: what fits a hash, one made by libsodium alone included. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../service/edge/process/secrets_password.h"

#define RIGHT "correct horse battery"

static void
only_the_password_fits(void **state)
{
	char hash[PASSWORD_HASH_BYTES];
	(void)state;

	assert_int_equal(secrets_password_hash(RIGHT, hash), 0);
	assert_int_equal(secrets_password_fits(hash, RIGHT), 1);
	assert_int_equal(secrets_password_fits(hash, RIGHT "!"), 0);
	assert_int_equal(secrets_password_fits(hash, ""), 0);
}

static void
a_hash_of_another_cost_fits(void **state)
{
	static const char hash[] = "$argon2id$v=19$m=8,t=1,p=1$"
				   "d8nOFTSTCBtg+HX8uLrQZg$+SF+g4/"
				   "QnBOAycv594TqDs5bQK1OK9EekliNrDZEQvA";
	(void)state;

	assert_int_equal(secrets_password_fits(hash, RIGHT), 1);
	assert_int_equal(secrets_password_fits(hash, RIGHT "!"), 0);
}

static void
what_is_no_hash_fits_nothing(void **state)
{
	char hash[PASSWORD_HASH_BYTES];
	(void)state;

	assert_int_equal(secrets_password_hash(RIGHT, hash), 0);
	for (size_t n = strlen(hash); n-- > 0;) {
		hash[n] = '\0';
		assert_int_equal(secrets_password_fits(hash, RIGHT), 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_the_password_fits),
	    cmocka_unit_test(a_hash_of_another_cost_fits),
	    cmocka_unit_test(what_is_no_hash_fits_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
