/* What a comment was judged by, to JSON and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../service/edge/format/basis_json.h"

static unsigned char block[4096];

static struct span
written(const struct comment *c, const struct signals *s)
{
	static const unsigned char digest[32] = {0x9f, 0x86, 0xd0, 0x81};
	struct arena a;
	struct basis b = basis_of(c, s, digest);

	arena_init(&a, block, sizeof(block));
	return basis_write(&b, &a);
}

static void
there_and_back(void **state)
{
	struct comment c = {
	    .author = {.email = span_of("a@b.example"),
		.user_agent = span_of("curl/7.88 by Ann")},
	    .honeypot = span_of("gotcha"),
	    .cut = true,
	    .fill_ms = 0,
	};
	struct signals s = {.known = true, .trust = 4};
	struct basis b;
	struct span text;
	json_t *o;

	(void)state;
	s.of[SIGNAL_IP] = (struct signal){.count = 3, .gap_ms = 1200};
	s.of[SIGNAL_NEAR] = (struct signal){.count = 2, .gap_ms = -1};
	s.of[SIGNAL_EMAIL] = (struct signal){.count = 1, .gap_ms = -1};
	text = written(&c, &s);
	assert_null(memmem(text.p, text.n, "Ann", 3));
	assert_null(memmem(text.p, text.n, "gotcha", 6));
	assert_null(memmem(text.p, text.n, "example", 7));
	o = json_loadb(text.p, text.n, 0, NULL);
	assert_null(basis_read(&b, o));
	json_decref(o);
	assert_string_equal(b.model, "9f86d08100000000");
	assert_true(b.signals.known && b.email && b.honeypot && b.cut);
	assert_int_equal(b.signals.of[SIGNAL_IP].count, 3);
	assert_int_equal(b.signals.of[SIGNAL_IP].gap_ms, 1200);
	assert_int_equal(b.signals.of[SIGNAL_NEAR].count, 2);
	assert_int_equal(b.signals.of[SIGNAL_EMAIL].count, 0);
	assert_int_equal(b.signals.trust, 4);
	assert_int_equal(b.fill_ms, 0);
	assert_true(span_equal(b.agent, span_of("curl/")));
}

static void
nothing_was_known(void **state)
{
	const struct comment c = {.fill_ms = -1};
	const struct signals s = {.known = false};
	struct basis b;
	struct span text = written(&c, &s);
	json_t *o = json_loadb(text.p, text.n, 0, NULL);

	(void)state;
	assert_null(basis_read(&b, o));
	json_decref(o);
	assert_false(b.signals.known);
	assert_int_equal(b.fill_ms, -1);
	assert_int_equal(b.agent.n, 0);
}

/* What the site made of it is there to the last bit. */
static void
a_site_has_its_say(void **state)
{
	struct model m = {.site_labels = 40, .heads = {{.bias = -1.0 / 3}}};
	struct model_shift shifts[MODEL_HEADS] = {
	    {.scale = 0.7, .slots = NULL}, model_shift_none};
	const struct comment c = {.fill_ms = -1};
	const struct signals s = {.known = false};
	const struct verdict v = {.own = {2.0 / 7, 0}};
	struct basis b = basis_of(&c, &s, NULL), again;
	struct basis_judge judge;
	struct arena a;
	struct span text;
	json_t *o;

	(void)state;
	m.site = shifts;
	basis_add_site(&b, &m, &v);
	arena_init(&a, block, sizeof(block));
	text = basis_write(&b, &a);
	o = json_loadb(text.p, text.n, 0, NULL);
	assert_null(basis_read(&again, o));
	json_decref(o);
	assert_int_equal(again.site_labels, 40);
	assert_true(again.shifted[HEAD_SPAM] && !again.shifted[HEAD_ABUSE]);
	m.site = NULL;
	m.heads[HEAD_SPAM].bias = 5;
	basis_judge(&judge, &again, &m);
	assert_true(judge.model.heads[HEAD_SPAM].bias == -1.0 / 3);
	assert_true(judge.model.site[HEAD_SPAM].scale == 0.7);
	assert_true(judge.model.site[HEAD_SPAM].added == 2.0 / 7);
	assert_true(judge.model.site[HEAD_ABUSE].scale == 1);
}

static void
misfits(void **state)
{
	static const char *const texts[] = {
	    "[]",
	    "{\"counts\":3}",
	    "{\"counts\":{\"ip\":[0,1]}}",
	    "{\"counts\":{\"ip\":[2]}}",
	    "{\"counts\":{\"ip\":[2,-2]}}",
	    "{\"counts\":{\"ip\":[99999999999,1]}}",
	    "{\"trust\":-1}",
	    "{\"fill_ms\":\"x\"}",
	    "{\"model\":\"longer than sixteen\"}",
	    "{\"site\":{}}",
	    "{\"site\":{\"labels\":0}}",
	    "{\"site\":{\"labels\":9,\"spam\":null}}",
	    "{\"site\":{\"labels\":9,\"spam\":[1,2]}}",
	    "{\"site\":{\"labels\":9,\"spam\":[1,2,\"3\"]}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct basis b;
		json_t *o = json_loads(texts[i], 0, NULL);

		assert_non_null(o);
		if (basis_read(&b, o) == NULL)
			fail_msg("taken: %s", texts[i]);
		json_decref(o);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(there_and_back),
	    cmocka_unit_test(nothing_was_known),
	    cmocka_unit_test(a_site_has_its_say),
	    cmocka_unit_test(misfits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
