/* service/core/links: hosts, domains and spans of the links of a text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <time.h>

#include "../../service/core/text.h"

enum { BLOCK_BYTES = 4 << 20 };

static _Alignas(16) unsigned char block[BLOCK_BYTES];

static struct text
normalise(struct span source)
{
	struct arena a;
	struct text t;

	arena_init(&a, block, sizeof block);
	assert_int_equal(text_normalise(&t, source, FORMAT_TEXT, &a), 0);
	return t;
}

static void
links_are_found(void **state)
{
	static const struct {
		const char *source, *host, *domain, *quote;
		int from_markup;
	} cases[] = {
	    {"x http://Www.Example.CO.uk/a?b, y", "www.example.co.uk",
		"example.co.uk", "http://Www.Example.CO.uk/a?b", 0},
	    {"<a href=\"//x.example.com/y\">z</a>", "x.example.com",
		"example.com", "x.example.com/y", 1},
	    {"[url=http://a-b.org]z[/url]", "a-b.org", "a-b.org",
		"http://a-b.org", 1},
	    {"[url]http://a-b.org[/url]", "a-b.org", "a-b.org",
		"http://a-b.org", 0},
	    {"see me.blogspot.com.", "me.blogspot.com", "me.blogspot.com",
		"me.blogspot.com", 0},
	    {"http://10.1.2.3:80/x", "10.1.2.3", "2.3", "http://10.1.2.3:80/x",
		0},
	    {"h t t p : / / b a d . c o m ok", "bad.com", "bad.com",
		"h t t p : / / b a d . c o m", 0},
	    {"at bad (dot) com ok", "bad.com", "bad.com", "bad (dot) com", 0},
	    {"b\u0430nk.com", "bank.com", "bank.com", "b\u0430nk.com", 0},
	    {"http://m\u00FCller.de", "muller.de", "muller.de",
		"http://m\u00FCller.de", 0},
	    {"http://localhost", "localhost", "localhost", "http://localhost",
		0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct text t = normalise(span_of(cases[i].source));
		const struct text_link *link = &t.links[0];
		struct span quote;

		assert_int_equal(t.n_links, 1);
		quote = (struct span){t.source.p + link->source.start,
		    link->source.end - link->source.start};
		if (!span_equal(link->host, span_of(cases[i].host)) ||
		    !span_equal(link->domain, span_of(cases[i].domain)) ||
		    !span_equal(quote, span_of(cases[i].quote)) ||
		    link->from_markup != cases[i].from_markup)
			fail_msg("%s: %.*s %.*s \"%.*s\" %d", cases[i].source,
			    (int)link->host.n, link->host.p,
			    (int)link->domain.n, link->domain.p, (int)quote.n,
			    quote.p, link->from_markup);
	}
}

/* Further ones are counted, and still marked; of these only hosts are kept. */
static void
many_links_are_counted(void **state)
{
	char source[8192];
	struct text t;
	uint32_t marks = 0;
	size_t n = 0;

	(void)state;
	for (int i = 0; i < 100; i++)
		n += (size_t)snprintf(
		    source + n, sizeof source - n, "http://h%d.com ", i);
	t = normalise((struct span){source, n});
	assert_int_equal(t.n_links, TEXT_LINKS_MAX);
	assert_int_equal(t.counts.links, 100);
	for (uint32_t i = 0; i < t.n; i++)
		marks += t.points[i] == TEXT_URL;
	assert_int_equal(marks, 100);
	assert_true(
	    span_equal(t.links[TEXT_LINKS_MAX - 1].host, span_of("h31.com")));
	assert_int_equal(t.n_further, 100 - TEXT_LINKS_MAX);
	for (uint32_t i = 0; i < t.n_further; i++) {
		char host[16];

		snprintf(host, sizeof host, "h%u.com", TEXT_LINKS_MAX + i);
		assert_true(span_equal(t.further[i].host, span_of(host)));
	}
	assert_false(t.unread);
}

/* The shortest hosts that there are, as many as fit. */
static void
hosts_are_kept_where_nothing_else_is(void **state)
{
	static char source[8192];
	struct text t;

	(void)state;
	for (size_t i = 0; i < sizeof source; i++)
		source[i] = "a.b,"[i % 4];
	t = normalise((struct span){source, sizeof source - 1});
	assert_int_equal(t.counts.links, 0);
	assert_in_range(t.n_further, 1, sizeof source / 4);
	assert_int_equal(
	    t.further[t.n_further - 1].source.end, sizeof source - 1);
}

/* That of a link beyond those kept, and of one that is too long. */
static void
a_further_host_may_be_unread(void **state)
{
	char source[2048];
	struct text t;
	size_t n = 0;

	(void)state;
	for (uint32_t i = 0; i < TEXT_LINKS_MAX; i++)
		n += (size_t)snprintf(
		    source + n, sizeof source - n, "http://h%u.com ", i);
	n += (size_t)snprintf(
	    source + n, sizeof source - n, "http://%0300d ", 1);
	t = normalise((struct span){source, n});
	assert_int_equal(t.counts.links, TEXT_LINKS_MAX + 1);
	assert_int_equal(t.n_further, 0);
	assert_true(t.unread);
}

static void
a_host_too_long_is_none(void **state)
{
	char source[1024] = "http://";
	struct text t;

	(void)state;
	memset(source + 7, 'a', 300);
	t = normalise(span_of(source));
	assert_int_equal(t.n_links, 0);
	assert_int_equal(t.counts.links, 0);
}

/* The text without its marks. */
static void
words_of(const struct text *t, char *out)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (t->points[i] < 128)
			*out++ = (char)t->points[i];
	*out = '\0';
}

/* What an address spells byte by byte is no word. */
static void
escapes_are_no_words(void **state)
{
	static const char *const cases[][2] = {
	    {"http://a.org/wiki/%E4%BD%a0%20ok", "a org wiki ok"},
	    {"http://a.org/50%off%2", "a org 50 off 2"},
	    {"http://a.org/x?q=%7", "a org x q 7"},
	};
	char words[64];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct text t = normalise(span_of(cases[i][0]));

		words_of(&t, words);
		assert_string_equal(words, cases[i][1]);
	}
}

/* Microseconds of processor time for 32 KB of `piece` over and over. */
static double
time_of(const char *piece)
{
	static char text[32768];
	size_t n = strlen(piece);
	double least = 1e9;

	for (size_t i = 0; i < sizeof text; i++)
		text[i] = piece[i % n];
	for (int round = 0; round < 3; round++) {
		clock_t start = clock();
		double us;

		normalise((struct span){text, sizeof text});
		us = (double)(clock() - start) * 1e6 / CLOCKS_PER_SEC;
		least = us < least ? us : least;
	}
	return least;
}

/* What may be the start of something must not be followed to its end. */
static void
near_links_take_no_longer(void **state)
{
	static const char *const pieces[] = {"a.b/", "a.zz?", "1.1.1.1/",
	    "a.b#", "a.b:1/", "http:/", "a@b.", "a . ", "1(",
	    "<a href=", "[url=", "<!--"};
	double ordinary = time_of("word ");

	(void)state;
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		double us = time_of(pieces[i]);

		if (us > 20 * ordinary)
			fail_msg("\"%s\": %.0f us, ordinary text %.0f us",
			    pieces[i], us, ordinary);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(links_are_found),
	    cmocka_unit_test(many_links_are_counted),
	    cmocka_unit_test(hosts_are_kept_where_nothing_else_is),
	    cmocka_unit_test(a_further_host_may_be_unread),
	    cmocka_unit_test(a_host_too_long_is_none),
	    cmocka_unit_test(escapes_are_no_words),
	    cmocka_unit_test(near_links_take_no_longer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
