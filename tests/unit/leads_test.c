/* service/core/leads: where comments lead, and which lead to the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../service/core/leads.h"

enum { BLOCK_BYTES = 1 << 18 };

static _Alignas(16) unsigned char block[BLOCK_BYTES];

/* What is in front of a bar is the author's web address. */
static int
try_to_lead(uint64_t *out, const char *comment, size_t room)
{
	const char *bar = strchr(comment, '|');
	struct comment c = {
	    .content = span_of(bar + 1),
	    .format = FORMAT_HTML,
	    .author.url = {comment, (size_t)(bar - comment)},
	};
	struct arena a;
	struct text t;
	size_t used;
	int failed;

	arena_init(&a, block, sizeof block);
	assert_int_equal(text_normalise(&t, c.content, c.format, &a), 0);
	used = a.used;
	if (room < BLOCK_BYTES)
		a.size = used + room;
	failed = leads_of(out, &c, &t, &siphash_open_key, &a);
	assert_true(failed || a.used == used);
	return failed;
}

static uint64_t
leads(const char *comment)
{
	uint64_t out;

	assert_int_equal(try_to_lead(&out, comment, BLOCK_BYTES), 0);
	return out;
}

static void
some_are_within_others(void **state)
{
	static const struct {
		const char *a, *b;
		int a_within_b, b_within_a;
	} cases[] = {
	    {"|no link", "|none either", 1, 1},
	    {"|no link", "https://a.example/|none", 1, 0},
	    {"https://a.example/|x", "|see http://www.a.example/page", 1, 1},
	    {"HTTP://A.Example|x", "|<a href='http://a.example/b'>this</a>", 1,
		1},
	    {"https://a.example/|x", "https://b.example/|x", 0, 0},
	    {"https://a.example/|http://b.example", "https://a.example/|x", 0,
		1},
	    {"a.example/page|x", "|http://a.example", 1, 1},
	    {"b.co.uk|x", "|see www.b.co.uk or so", 1, 1},
	    {"http://a.example@b.example|x", "http://b.example|x", 1, 1},
	    {"|<a href='http://[2001:db8::1]/'>x</a>", "|x", 0, 1},
	    {"http://[2001:db8::1]/|x", "http://[2001:db8::1]/|x", 1, 1},
	    {"http://[2001:db8::1]/|x", "http://[2001:db8::2]/|x", 0, 0},
	    {"|<a href='//b.example/'>x</a>", "http://b.example|x", 1, 1},
	    {"http://b\u00fccher.example|x", "http://xn--bcher-kva.example|x",
		1, 1},
	    {"http://B\u0430r.example.|x", "|http://bar.example/", 1, 1},
	    {"me.blogspot.com|x", "you.blogspot.com|x", 0, 0},
	    {"http://203.0.113.5/|x", "http://198.51.113.5/|x", 0, 0},
	    {"|<img srcset='//b.com/x 1x'>", "|x", 0, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint64_t a = leads(cases[i].a), b = leads(cases[i].b);

		print_message("%s, %s\n", cases[i].a, cases[i].b);
		assert_int_equal(leads_within(a, b), cases[i].a_within_b);
		assert_int_equal(leads_within(b, a), cases[i].b_within_a);
	}
	assert_int_equal(leads("|no link"), 0);
}

/* However many there are, the last one counts. */
static void
no_link_hides_behind_others(void **state)
{
	char many[64 * (TEXT_LINKS_MAX + 1)] = "|", *end = many + 1;

	(void)state;
	for (int i = 0; i < TEXT_LINKS_MAX; i++)
		end = stpcpy(end, "http://a.example/ ");
	assert_true(leads_within(leads(many), leads("a.example|x")));
	stpcpy(end, "http://b.example/");
	assert_false(leads_within(leads(many), leads("a.example|x")));
	assert_true(leads_within(leads("b.example|x"), leads(many)));
}

static void
a_full_arena_is_refused(void **state)
{
	uint64_t out;

	(void)state;
	assert_int_equal(try_to_lead(&out, "http://a.example/|x", 8), -1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(some_are_within_others),
	    cmocka_unit_test(no_link_hides_behind_others),
	    cmocka_unit_test(a_full_arena_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
