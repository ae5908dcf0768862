#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../service/edge/review/presence.h"

enum { ALL = 0 };

static struct caller
person(const char *name, int64_t site)
{
	struct caller c = {.site = site};

	snprintf(c.key, sizeof c.key, "%.8s", name);
	snprintf(c.label, sizeof c.label, "%s", name);
	return c;
}

static void
expect(struct presence *p, const struct caller *who, const char *text)
{
	char out[1024];
	size_t n = presence_write(p, who, out, sizeof out);

	assert_int_equal(n, strlen(text));
	assert_memory_equal(out, text, n);
}

/* As presence_enter; an error's code is negative. */
static int
enter(struct presence *p, const struct caller *who)
{
	struct err e;
	int came = presence_enter(p, who, &e);

	return came < 0 ? -(int)e.code : came;
}

static void
one_is_there_as_long_as_a_stream_is(void **state)
{
	struct presence *p = presence_open();
	struct caller anna = person("anna", 1), ben = person("ben", 1);
	uint64_t before;

	(void)state;
	assert_int_equal(enter(p, &anna), 1);
	assert_int_equal(enter(p, &ben), 1);
	before = presence_revision(p);
	assert_int_equal(enter(p, &anna), 0);
	assert_false(presence_leave(p, &anna));
	assert_int_equal(presence_revision(p), before);
	expect(p, &ben, "{\"names\":[\"anna\",\"ben\"],\"n\":2}");
	assert_true(presence_leave(p, &anna));
	assert_int_equal(presence_revision(p), before + 1);
	expect(p, &ben, "{\"names\":[\"ben\"],\"n\":1}");
	presence_close(p);
}

static void
nobody_has_any_number_of_streams(void **state)
{
	struct presence *p = presence_open();
	struct caller anna = person("anna", 1), ben = person("ben", 1);

	(void)state;
	assert_int_equal(enter(p, &anna), 1);
	for (int i = 1; i < 16; i++)
		assert_int_equal(enter(p, &anna), 0);
	assert_int_equal(enter(p, &anna), -ERR_RATE);
	assert_int_equal(enter(p, &ben), 1);
	assert_false(presence_leave(p, &anna));
	assert_int_equal(enter(p, &anna), 0);
	presence_close(p);
}

/* A stream may be of one of his sites; a key of that name is not his. */
static void
nobody_has_more_on_several_sites(void **state)
{
	struct presence *p = presence_open();
	struct caller anna[] = {
	    person("anna", ALL), person("anna", 1), person("anna", 2)};
	struct caller key = person("anna", 2);

	(void)state;
	for (int i = 0; i < 3; i++)
		anna[i].is_person = true;
	for (int i = 0; i < 16; i++)
		assert_int_equal(enter(p, &anna[i % 2]), i < 2);
	for (int i = 0; i < 3; i++)
		assert_int_equal(enter(p, &anna[i]), -ERR_RATE);
	assert_int_equal(enter(p, &key), 1);
	assert_false(presence_leave(p, &anna[1]));
	assert_int_equal(enter(p, &anna[2]), 1);
	presence_close(p);
}

static void
who_shares_no_site_is_not_seen(void **state)
{
	struct presence *p = presence_open();
	struct caller here = person("here", 1), there = person("there", 2),
		      all = person("all", ALL);

	(void)state;
	assert_int_equal(enter(p, &here), 1);
	assert_int_equal(enter(p, &there), 1);
	expect(p, &here, "{\"names\":[\"here\"],\"n\":1}");
	assert_int_equal(enter(p, &all), 1);
	expect(p, &here, "{\"names\":[\"here\",\"all\"],\"n\":2}");
	expect(p, &all, "{\"names\":[\"here\",\"there\",\"all\"],\"n\":3}");
	presence_close(p);
}

/* Names of the longest kind, each byte of which needs six. */
static void
a_person_of_several_sites_sees_who_shares_one(void **state)
{
	static const struct grant two[] = {
	    {1, SCOPE_MODERATE}, {2, SCOPE_MODERATE}, {3, SCOPE_CHECK}};
	struct presence *p = presence_open();
	struct caller first = person("first", 1), third = person("third", 3),
		      both = person("both", ALL);

	(void)state;
	both.grants = two;
	both.n_grants = 3;
	both.wanted = SCOPE_MODERATE;
	assert_int_equal(enter(p, &first), 1);
	assert_int_equal(enter(p, &third), 1);
	assert_int_equal(enter(p, &both), 1);
	expect(p, &both, "{\"names\":[\"first\",\"both\"],\"n\":2}");
	expect(p, &first, "{\"names\":[\"first\",\"both\"],\"n\":2}");
	expect(p, &third, "{\"names\":[\"third\"],\"n\":1}");
	presence_close(p);
}

static void
of_too_many_names_some_are_left_out(void **state)
{
	struct presence *p = presence_open();
	struct caller c;
	char out[1024], end[24];
	size_t n;

	(void)state;
	for (int i = 1; i <= 300; i++) {
		c = person("", 1);
		memset(c.label, '\x01', sizeof c.label - 1);
		snprintf(c.key, sizeof c.key, "%d", i);
		assert_int_equal(enter(p, &c), 1);
		n = presence_write(p, &c, out, sizeof out);
		assert_in_range(n, 1, sizeof out);
		snprintf(end, sizeof end, "],\"n\":%d}", i);
		assert_memory_equal(out + n - strlen(end), end, strlen(end));
	}
	presence_close(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_is_there_as_long_as_a_stream_is),
	    cmocka_unit_test(nobody_has_any_number_of_streams),
	    cmocka_unit_test(nobody_has_more_on_several_sites),
	    cmocka_unit_test(who_shares_no_site_is_not_seen),
	    cmocka_unit_test(a_person_of_several_sites_sees_who_shares_one),
	    cmocka_unit_test(of_too_many_names_some_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
