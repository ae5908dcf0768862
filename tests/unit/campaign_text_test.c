#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../service/edge/review/campaign_text.h"

enum { BYTES = 8 << 20, MOST = 4 };

static struct text texts[MOST];

static uint32_t
read_all(const char *const *contents, struct arena *a)
{
	uint32_t n = 0;

	while (n < MOST && contents[n] != NULL) {
		assert_int_equal(text_normalise(&texts[n], span_of(contents[n]),
				     FORMAT_TEXT, a),
		    0);
		n++;
	}
	return n;
}

/* The template with what varies in brackets. */
static void
show(const struct campaign_text *t, char *out, size_t room)
{
	size_t n = 0;

	out[0] = '\0';
	for (uint32_t i = 0; i < t->n_parts; i++)
		n += (size_t)snprintf(out + n, room - n,
		    t->parts[i].common ? "%.*s" : "[%.*s]",
		    (int)t->parts[i].text.n, t->parts[i].text.p);
}

static void
what_all_have_is_common(void **state)
{
	static const struct {
		const char *texts[MOST + 1];
		const char *shown;
	} rows[] = {
	    {{"buy pills now"}, "buy pills now"},
	    {{"buy pills now", "buy pills now"}, "buy pills now"},
	    {{"buy red pills now", "buy blue pills now"},
		"buy [red ]pills now"},
	    {{"buy red pills now", "buy red pills today", "BUY red pills now"},
		"buy red pills [now]"},
	    /* folded words are the same, marks are what they stand for */
	    {{"Caf\xC3\xA9 at a@b.example", "cafe at c@d.example"},
		"Caf\xC3\xA9 at [a]@[b].example"},
	    {{"", "words"}, ""},
	    {{"words", ""}, "[words]"},
	    {{"  ", "words"}, "[  ]"},
	};
	struct campaign_text t;
	struct arena a;
	void *block = malloc(BYTES);
	char shown[256];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint32_t n;

		arena_init(&a, block, BYTES);
		n = read_all(rows[i].texts, &a);
		assert_int_equal(campaign_text_compare(&t, texts, n, &a), 0);
		show(&t, shown, sizeof shown);
		assert_string_equal(shown, rows[i].shown);
	}
	free(block);
}

static void
parts_are_all_of_the_template(void **state)
{
	char content[4000] = "";
	const char *contents[MOST + 1] = {content, "word7 word9", NULL};
	void *block = malloc(BYTES);
	struct campaign_text t;
	struct arena a;
	size_t n = 0;
	uint32_t texts_n;

	(void)state;
	/* more words than are compared */
	for (int i = 0; n < sizeof content - 16; i++)
		n += (size_t)snprintf(content + n, sizeof content - n,
		    "%sword%d", i ? " " : "", i);
	arena_init(&a, block, BYTES);
	texts_n = read_all(contents, &a);
	assert_int_equal(campaign_text_compare(&t, texts, texts_n, &a), 0);
	n = 0;
	for (uint32_t i = 0; i < t.n_parts; i++) {
		assert_ptr_equal(t.parts[i].text.p, content + n);
		n += t.parts[i].text.n;
		assert_true(
		    i == 0 || t.parts[i].common != t.parts[i - 1].common);
	}
	assert_int_equal(n, strlen(content));
	free(block);
}

static void
hosts_count_once_a_text(void **state)
{
	static const char *const contents[MOST + 1] = {
	    "see http://a.example/1 and http://a.example/2",
	    "see http://a.example/ or http://b.example/", "see nothing"};
	void *block = malloc(BYTES);
	struct campaign_text t;
	struct arena a;
	uint32_t n;

	(void)state;
	arena_init(&a, block, BYTES);
	n = read_all(contents, &a);
	assert_int_equal(campaign_text_compare(&t, texts, n, &a), 0);
	assert_int_equal(t.n_hosts, 2);
	assert_true(span_equal(t.hosts[0].name, span_of("a.example")));
	assert_int_equal(t.hosts[0].n, 2);
	assert_int_equal(t.hosts[1].n, 1);
	free(block);
}

static void
a_full_arena_is_refused(void **state)
{
	static const char *const contents[MOST + 1] = {"some words", "others"};
	void *block = malloc(BYTES);
	struct campaign_text t;
	struct arena a;
	uint32_t n;
	size_t used;
	int result = -1;

	(void)state;
	arena_init(&a, block, BYTES);
	n = read_all(contents, &a);
	used = a.used;
	for (a.size = used; result != 0; a.size += 64) {
		a.used = used;
		assert_in_range(a.size, used, BYTES);
		result = campaign_text_compare(&t, texts, n, &a);
	}
	assert_true(a.size > used + 64);
	free(block);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_all_have_is_common),
	    cmocka_unit_test(parts_are_all_of_the_template),
	    cmocka_unit_test(hosts_count_once_a_text),
	    cmocka_unit_test(a_full_arena_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
