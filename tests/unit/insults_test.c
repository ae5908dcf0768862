/* Insults of service/insults/ are found as comments have them, no others. */
#include "../../service/core/features_insults.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { ROOM = 1 << 20 };

/* How many of the text's features are insults. */
static uint32_t
insults_of(const char *text)
{
	static _Alignas(16) char room[ROOM];
	struct comment c = {.content = span_of(text), .fill_ms = -1};
	struct signals s = {.known = false};
	struct features f = {0};
	struct arena a;
	struct text t;

	arena_init(&a, room, sizeof(room));
	assert_int_equal(text_normalise(&t, c.content, FORMAT_TEXT, &a), 0);
	assert_int_equal(features_extract(&f, &c, &t, &s, &a), 0);
	for (uint32_t i = 0; i < f.n_views; i++)
		if (f.views[i].kind == VIEW_INSULTS)
			return f.views[i].last - f.views[i].first;
	return 0;
}

static void
test_insults_are_found(void **state)
{
	static const char *const texts[] = {
	    "you idiot", "Du bist ein Arschloch, echt", "ты просто дурак",
	    "dasar goblok!!!", "sen bir salaksın", "你这个傻逼",
	    "what an 1d1ot", "what an i d i o t", "IDIOT", "<b>idi</b>ot",
	    "\xD1\x96\x64\x69\x6F\x74", /* a Cyrillic і */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (insults_of(texts[i]) == 0)
			fail_msg("%s: no insult", texts[i]);
}

static void
test_nothing_else_is(void **state)
{
	static const char *const texts[] = {
	    "",
	    "!!!",
	    "a very good article about the Scunthorpe classic assessment",
	    "操作系统", /* an insult alone, a part of "operating" */
	    "Die Bahn kommt wieder zu spät.",
	    "idiomatic code",
	    /* uš, piç, tåpe, dög, raté, pešo, hora, FDP: elsewhere they are */
	    "rate us: a pic of the dog on tape",
	    "un peso la hora, sagt die FDP",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (insults_of(texts[i]) != 0)
			fail_msg("%s: an insult", texts[i]);
}

static void
test_each_counts_up_to_four(void **state)
{
	(void)state;
	assert_int_equal(insults_of("idiot and idiot, and so on"), 2);
	assert_int_equal(insults_of("idiot idiot moron moron idiot"), 4);
	assert_int_equal(insults_of("piece of shit"), 1);
	assert_int_equal(insults_of("piece of"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_insults_are_found),
	    cmocka_unit_test(test_nothing_else_is),
	    cmocka_unit_test(test_each_counts_up_to_four),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
