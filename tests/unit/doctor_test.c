/* What the doctor makes of what it saw: tables of cases. */
#include "../../service/doctor/doctor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include "../../service/doctor/doctor_settings.h"
#include "../../service/doctor/doctor_state.h"
#include "../../service/doctor/doctor_store.h"
#include "../../service/edge/state/state_checkup.h"
#include "../../service/servers.h"
#include "../../service/version.h"

#include <cmocka.h>

#define MIB         ((int64_t)1 << 20)
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

enum { NOW_S = 1795800000, HOUR_S = 3600 };

static const struct doctor_finding unset = {.result = DOCTOR_NOTHING};

/* The result is that, and the sentence has this in it; NULL: it may be any. */
static void
check(
    const struct doctor_finding *f, enum doctor_result result, const char *word)
{
	bool good = f->result == result &&
		    (word == NULL || strstr(f->text, word) != NULL);

	if (!good)
		print_error("%s: %s; wanted %s: %s\n",
		    doctor_result_name(f->result), f->text,
		    doctor_result_name(result), word == NULL ? "" : word);
	assert_true(good);
}

static void
room(void **state)
{
	static const struct {
		int64_t free_mib, store_mib;
		enum doctor_result result;
		const char *word;
	} cases[] = {
	    {-1, 0, DOCTOR_NOTHING, NULL},
	    {31, 0, DOCTOR_FAULT, "make room"},
	    {32, 0, DOCTOR_OK, "32 MiB are free"},
	    {131, 100, DOCTOR_WARNING, "restore needs one"},
	    {132, 100, DOCTOR_OK, "has 100.0"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct doctor_finding f = unset;
		struct store_checkup s = {
		    .free_bytes =
			cases[i].free_mib < 0 ? -1 : cases[i].free_mib * MIB,
		    .least_bytes = 32 * MIB,
		    .bytes = cases[i].store_mib * MIB,
		};

		doctor_judge_room(&s, &f);
		check(&f, cases[i].result, cases[i].word);
	}
}

static void
the_log(void **state)
{
	static const struct {
		int64_t mib;
		bool used;
		enum doctor_result result;
		const char *word;
	} cases[] = {
	    {0, false, DOCTOR_OK, "0.0"},
	    {64, true, DOCTOR_OK, "64.0"},
	    {128, true, DOCTOR_WARNING, "a backup that hangs"},
	    {3, false, DOCTOR_WARNING, "when it was killed"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct doctor_finding f = unset;
		struct store_checkup s = {
		    .log_bytes = cases[i].mib * MIB,
		    .used = cases[i].used,
		};

		doctor_judge_log(&s, &f);
		check(&f, cases[i].result, cases[i].word);
	}
}

static void
the_clock(void **state)
{
	static const struct {
		int64_t newest_s;
		enum doctor_result result;
		const char *word;
	} cases[] = {
	    {0, DOCTOR_OK, "no comment"},
	    {NOW_S - 9000 * HOUR_S, DOCTOR_OK, "the newest comment is of"},
	    {NOW_S + 60, DOCTOR_OK, NULL},
	    {NOW_S + 61, DOCTOR_FAULT, "set the clock right"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct doctor_finding f = unset;

		doctor_judge_clock(
		    (int64_t)NOW_S * 1000, cases[i].newest_s * 1000, &f);
		check(&f, cases[i].result, cases[i].word);
	}
}

static void
keys(void **state)
{
	static const struct {
		int sites, keys, checking;
		enum doctor_result result;
		const char *word;
	} cases[] = {
	    {0, 0, 0, DOCTOR_WARNING, "site add"},
	    {1, 0, 0, DOCTOR_WARNING, "key add --scopes check"},
	    {1, 3, 0, DOCTOR_WARNING, "key add --scopes check"},
	    {2, 3, 1, DOCTOR_OK, "3 valid, of which 1 may"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct doctor_finding f = unset;
		struct store_checkup s = {
		    .sites = cases[i].sites,
		    .keys = cases[i].keys,
		    .checking = cases[i].checking,
		};

		doctor_judge_keys(&s, &f);
		check(&f, cases[i].result, cases[i].word);
	}
}

static void
redis(void **state)
{
	static const struct {
		struct state_checkup said;
		enum doctor_result result;
		const char *word;
	} cases[] = {
	    {{true, "7.0.15", "noeviction", 0, 90}, DOCTOR_OK, "0.09 ms"},
	    {{true, "6.2.0", "noeviction", 512 * MIB, 90}, DOCTOR_OK, "6.2.0"},
	    {{true, "6.0.16", "noeviction", 0, 90}, DOCTOR_FAULT, "too old"},
	    {{true, "5.0", "noeviction", 0, 90}, DOCTOR_FAULT, "too old"},
	    {{true, "10.1.0", "noeviction", 0, 90}, DOCTOR_OK, "10.1.0"},
	    {{true, "what", "noeviction", 0, 90}, DOCTOR_FAULT, "too old"},
	    {{true, "7.0.15", "allkeys-lru", 512 * MIB, 90}, DOCTOR_FAULT,
		"set it to noeviction"},
	    {{true, "7.0.15", "volatile-lru", 512 * MIB, 90}, DOCTOR_FAULT,
		"volatile-lru"},
	    {{true, "7.0.15", "allkeys-lru", 0, 90}, DOCTOR_WARNING,
		"once it is limited"},
	    {{true, "7.0.15", "noeviction", 64 * MIB, 90}, DOCTOR_WARNING,
		"give it more"},
	    {{true, "7.0.15", "noeviction", 0, 5001}, DOCTOR_WARNING, "5.0 ms"},
	    {{true, "", "", 0, 90}, DOCTOR_OK, "tells this user neither"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct doctor_finding f = unset;

		doctor_judge_redis(&cases[i].said, &f);
		check(&f, cases[i].result, cases[i].word);
	}
}

static void
listeners(void **state)
{
	static const struct {
		const char *api, *admin, *proxies;
		enum doctor_result result;
		const char *word;
	} cases[] = {
	    {"127.0.0.1:8080", "127.0.0.1:8081", NULL, DOCTOR_OK, NULL},
	    {"[::1]:8080", "127.1.2.3:8081", NULL, DOCTOR_OK, NULL},
	    {"localhost:8080", "localhost:8081", NULL, DOCTOR_OK, NULL},
	    {"0.0.0.0:8080", "127.0.0.1:8081", NULL, DOCTOR_WARNING,
		"--trusted-proxies"},
	    {"[::]:8080", "127.0.0.1:8081", NULL, DOCTOR_WARNING, "the clear"},
	    {"192.168.1.2:8080", "127.0.0.1:8081", "192.168.1.1", DOCTOR_OK,
		NULL},
	    {"127.0.0.1:8080", "0.0.0.0:8081", "10.0.0.1", DOCTOR_WARNING,
		"page of moderators"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct doctor_finding f = unset;
		struct config c = {
		    .listen = cases[i].api,
		    .listen_admin = cases[i].admin,
		    .trusted_proxies = cases[i].proxies,
		};

		doctor_judge_listeners(&c, &f);
		check(&f, cases[i].result, cases[i].word);
	}
}

static void
proxies(void **state)
{
	static const struct {
		const char *listen, *proxies;
		enum doctor_result result;
		const char *word;
	} cases[] = {
	    {"127.0.0.1:8080", NULL, DOCTOR_NOTHING, NULL},
	    {"127.0.0.1:8080", "127.0.0.1", DOCTOR_OK, NULL},
	    {"127.0.0.1:8080", "127.0.0.0/8,::1", DOCTOR_OK, NULL},
	    {"127.0.0.1:8080", "10.0.0.1", DOCTOR_WARNING, "trust 127.0.0.1"},
	    {"0.0.0.0:8080", "10.0.0.0/8,2001:db8::7", DOCTOR_OK, NULL},
	    {"0.0.0.0:8080", "fc00::/7", DOCTOR_OK, NULL},
	    {"0.0.0.0:8080", "10.0.0.1,0.0.0.0/0", DOCTOR_FAULT, "block 2"},
	    {"0.0.0.0:8080", "128.0.0.0/1", DOCTOR_FAULT, "block 1"},
	    {"0.0.0.0:8080", "::/0", DOCTOR_FAULT, "as the internet"},
	    {"0.0.0.0:8080", "2000::/3", DOCTOR_FAULT, "as the internet"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct doctor_finding f = unset;
		struct config c = {
		    .listen = cases[i].listen,
		    .trusted_proxies = cases[i].proxies,
		};

		doctor_judge_proxies(&c, &f);
		check(&f, cases[i].result, cases[i].word);
	}
}

static void
service(void **state)
{
	static const struct doctor_service well = {
	    .runs = true,
	    .answers = true,
	    .ready = true,
	    .store = true,
	    .state = true,
	    .model = true,
	    .version = MODERATO_VERSION,
	};
	struct {
		struct doctor_service is;
		enum doctor_result result;
		const char *word;
	} cases[] = {
	    {well, DOCTOR_OK, MODERATO_VERSION},
	    {well, DOCTOR_WARNING, "without Redis"},
	    {well, DOCTOR_FAULT, "without a model"},
	    {well, DOCTOR_FAULT, "about to end"},
	    {well, DOCTOR_FAULT, "store is down"},
	    {well, DOCTOR_WARNING, "restart it"},
	    {well, DOCTOR_WARNING, "another file"},
	    {well, DOCTOR_FAULT, "does not answer"},
	    {{.err = {ERR_MISSING, "x.sock: gone"}}, DOCTOR_WARNING,
		"does not run"},
	    {{.err = {ERR_AUTH, "x.sock: denied"}}, DOCTOR_FAULT,
		"as the user whom"},
	};

	(void)state;
	cases[1].is.state = false;
	cases[2].is.model = false;
	cases[3].is.ready = false;
	cases[4].is.ready = cases[4].is.store = false;
	cases[5].is.version[0]++;
	cases[6].is.replaced = true;
	cases[7].is.answers = false;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct doctor_finding f = unset;

		doctor_judge_service(&cases[i].is, &f);
		check(&f, cases[i].result, cases[i].word);
	}
}

/* Where the service itself would tell, or not start. */
static void
files(void **state)
{
	struct config c = {.threads = 2, .connections = 12000};
	struct servers_files wanted = servers_files(&c);
	const struct {
		unsigned may;
		enum doctor_result result;
		const char *word;
	} cases[] = {
	    {wanted.all, DOCTOR_OK, "enough for 12000"},
	    {wanted.all - 1, DOCTOR_WARNING, "LimitNOFILE"},
	    {wanted.least, DOCTOR_WARNING, "LimitNOFILE"},
	    {wanted.least - 1, DOCTOR_FAULT, "does not start"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct doctor_finding f = unset;

		doctor_judge_files(cases[i].may, &c, &f);
		check(&f, cases[i].result, cases[i].word);
	}
}

static void
a_sentence_leads_no_terminal_on(void **state)
{
	struct doctor_finding f = unset;

	(void)state;
	doctor_say(&f, DOCTOR_OK, "%s", "\033[2Jone\ntwo\177 \303\244");
	assert_string_equal(f.text, "?[2Jone?two? \303\244");
	doctor_say(&f, DOCTOR_OK, "%s", "\303 \377");
	assert_string_equal(f.text, "? ?");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(room),
	    cmocka_unit_test(the_log),
	    cmocka_unit_test(the_clock),
	    cmocka_unit_test(keys),
	    cmocka_unit_test(redis),
	    cmocka_unit_test(listeners),
	    cmocka_unit_test(proxies),
	    cmocka_unit_test(service),
	    cmocka_unit_test(files),
	    cmocka_unit_test(a_sentence_leads_no_terminal_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
