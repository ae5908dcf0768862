#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../service/edge/known/site_settings.h"

/* A change, and what then differs from the default, or the misfit. */
static const struct {
	const char *name, *change, *set, *misfit;
} cases[] = {
    {"nothing", "{}", "{}", NULL},
    {"a choice", "{\"held\":\"ham\"}", "{\"held\":\"ham\"}", NULL},
    {"the default is not kept", "{\"held\":\"spam\",\"trust_after\":3}", "{}",
	NULL},
    {"a flag", "{\"discard\":true}", "{\"discard\":true}", NULL},
    {"a bound", "{\"cutoffs\":{\"spam\":{\"hold\":0.5}}}",
	"{\"cutoffs\":{\"spam\":{\"hold\":0.5}}}", NULL},
    {"two in one", "{\"budget\":{\"hold\":0.25,\"reject\":0.125}}",
	"{\"budget\":{\"hold\":0.25,\"reject\":0.125}}", NULL},
    {"no limit", "{\"limit_ip\":0}", "{\"limit_ip\":0}", NULL},
    {"null is the default", "{\"limit_ip\":null,\"cutoffs\":null}", "{}", NULL},
    {"no object", "[]", NULL, ""},
    {"no such setting", "{\"helt\":\"spam\"}", NULL, "/helt"},
    {"a name as no setting has it", "{\"cutoffs/spam/hold\":0.5}", NULL, "/?"},
    {"no such bound", "{\"cutoffs\":{\"spam\":{\"drop\":0.5}}}", NULL,
	"/cutoffs/spam/drop"},
    {"no such choice", "{\"held\":\"maybe\"}", NULL, "/held"},
    {"no flag", "{\"discard\":\"true\"}", NULL, "/discard"},
    {"a bound too high", "{\"cutoffs\":{\"spam\":{\"hold\":1}}}", NULL,
	"/cutoffs/spam/hold"},
    {"a bound too low", "{\"cutoffs\":{\"abuse\":{\"reject\":0}}}", NULL,
	"/cutoffs/abuse/reject"},
    {"bounds as a number", "{\"cutoffs\":0.5}", NULL, "/cutoffs"},
    {"hold above reject",
	"{\"cutoffs\":{\"spam\":{\"hold\":0.9,\"reject\":0.8}}}", NULL,
	"/cutoffs/spam/hold"},
    {"more rejected than held", "{\"budget\":{\"hold\":0.01,\"reject\":0.02}}",
	NULL, "/budget/reject"},
    {"a fraction", "{\"trust_after\":2.5}", NULL, "/trust_after"},
    {"below nothing", "{\"retention_days\":-1}", NULL, "/retention_days"},
    {"too many", "{\"limit_author\":1000001}", NULL, "/limit_author"},
    {"far too many", "{\"limit_author\":9223372036854775807}", NULL,
	"/limit_author"},
};

static void
changes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *o = json_loads(cases[i].change, 0, NULL), *seen;
		struct site_settings s = site_settings_default();
		struct problem_field field = {"", ""};
		enum err_code code = site_settings_patch(&s, o, "", &field);
		char *text;

		seen = site_settings_json(&s, SETTINGS_SET);
		text = json_dumps(seen, JSON_COMPACT);
		print_message("%s\n", cases[i].name);
		assert_int_equal(
		    code, cases[i].misfit == NULL ? ERR_NONE : ERR_FIELD);
		if (cases[i].misfit != NULL)
			assert_string_equal(field.pointer, cases[i].misfit);
		assert_string_equal(
		    text, cases[i].misfit == NULL ? cases[i].set : "{}");
		free(text);
		json_decref(seen);
		json_decref(o);
	}
}

/* What is written reads back the same, all of it and what was set. */
static void
written_is_read(void **state)
{
	json_t *o = json_loads("{\"held\":\"ham\",\"limit_ip\":7,"
			       "\"cutoffs\":{\"abuse\":{\"reject\":0.75}}}",
	    0, NULL);
	struct site_settings s = site_settings_default(), back;
	struct problem_field field;

	(void)state;
	assert_int_equal(site_settings_patch(&s, o, "", &field), ERR_NONE);
	json_decref(o);
	for (int which = SETTINGS_ALL; which <= SETTINGS_SET; which++) {
		back = site_settings_default();
		o = site_settings_json(&s, (enum site_settings_which)which);
		assert_int_equal(
		    site_settings_patch(&back, o, "", &field), ERR_NONE);
		json_decref(o);
		assert_false(back.held_is_spam);
		assert_int_equal(back.limit_ip, 7);
		assert_int_equal(back.limit_author, -1);
		assert_true(back.cutoffs[HEAD_ABUSE].reject == 0.75);
		assert_true(isnan(back.cutoffs[HEAD_SPAM].reject));
	}
}

static void
rows_are_told(void **state)
{
	struct site_settings s = site_settings_default();
	json_t *all = site_settings_json(&s, SETTINGS_ALL), *at;
	unsigned n = 0;

	(void)state;
	for (; site_settings_row(n).pointer != NULL; n++) {
		char name[128], *next, *part = name + 1;

		snprintf(
		    name, sizeof(name), "%s", site_settings_row(n).pointer);
		for (at = all; part != NULL; part = next) {
			next = strchr(part, '/');
			if (next != NULL)
				*next++ = '\0';
			at = json_object_get(at, part);
		}
		assert_non_null(at);
	}
	assert_true(n > 10);
	json_decref(all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(changes),
	    cmocka_unit_test(written_is_read),
	    cmocka_unit_test(rows_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
