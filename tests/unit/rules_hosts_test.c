/* Which hosts of a comment lists match, however they are written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../service/core/rules.h"

static _Alignas(16) unsigned char block[32 << 20];

static struct rule
rule_of(const char *host, enum rule_effect effect)
{
	return (struct rule){.value = span_of(host),
	    .kind = RULE_HOST,
	    .effect = (uint8_t)effect};
}

/* Matches; the hits' memory is the caller's. */
static void
match(const struct rule *rules, uint32_t n, const struct comment *c,
    struct rule_hits *hits)
{
	const struct rules *r;
	struct arena a;
	struct text t;

	arena_init(&a, block, sizeof(block));
	r = rules_compile(rules, n, &siphash_open_key, &a);
	assert_non_null(r);
	assert_int_equal(text_normalise(&t, c->content, c->format, &a), 0);
	assert_int_equal(
	    rules_match(r, &(struct rule_case){c, &t, 1000}, hits, &a), 0);
}

static const struct {
	const char *content, *url;
	bool html, allowed;
} allowed[] = {
    {"http://good.example/a", "", false, true},
    {"http://good.example and http://a.good.example", "", false, true},
    {"http://good.example and http://bad.example", "", false, false},
    {"http://good.example", "http://bad.example", false, false},
    {"no link", "http://good.example/", false, true},
    {"no link", "", false, false},
    {"http://g\xd0\xbe\xd0\xbe"
     "d.example",
	"", false, false},
    {"<a href=\"http://g&#1086;od.example\">x</a>", "", true, false},
    {"<a href=\"http://good.example/?a&amp;b\">x</a>", "", true, true},
    {"http://xn--gd-fmca.example", "", false, false},
    {"http://good.example/\xd0\xbe", "", false, true},

    {"https://good.example:x@bad-a.com/", "", false, false},
    {"https://good.example%2f@bad-a.com", "", false, false},
    {"https://good.example&#64;bad-a.com", "", false, false},
    {"https://bad-a.com@good.example/", "", false, false},
    {"https://good.example:443/@bad-a", "", false, true},
    {"https://good.example/?a@bad-a", "", false, true},
    {"https://good.example#@bad-a", "", false, true},
    {"https://good.example\\@bad-a", "", false, true},
    {"https://good.example\nx@bad-a", "", false, true},
    {"https://good.example, http://([x] is none", "", false, true},
    {"(https://good.example), see", "", false, true},
    {"https://good.example... \"http://good.example\"", "", false, true},
    {"[url]https://good.example[/url]", "", false, true},
    {"[url=https://good.example]x[/url]", "", false, true},
    {"https://good.example\xe3\x80\x82\xe5\xa5\xbd", "", false, true},
    {"https://good.example\xe5\x90\xa7.", "", false, true},
    {"https://good.example\xe4\xb8\xad.com", "", false, false},
    {"https://good.example\xe3\x80\x82zz/", "", false, false},
    {"https://good.example%2ezz/", "", false, false},
    {"https://g%D0%BE"
     "od.example/",
	"", false, false},
    {"https://good.example%00/", "", false, false},
    {"https://good.example http://[2001:db8::1]/", "", false, false},
    {"https://good.example http://x@[::1]/", "", false, false},
    {"https://good.example http://a\xff.zz", "", false, false},
    {"https://good.example http://\xe4\xb8\xad.zz", "", false, false},
    {"https://good.example but ://[x] is none", "", false, true},
    {"https://good.example, type http:// first", "", false, true},
    {"<a href=\"https://good.example\n\">x</a>", "", true, true},
    {"<a href=\"http://good.example\"><a href=\"/x\">", "", true, true},
    {"<a href=\"http://good.example\"><a href=\"#x\">", "", true, true},
    {"<a href=\"http://good.example\"><a href=\"//[::1]\">", "", true, false},
    {"<a src=http://good.example href=http://bad.zz>x</a>", "", true, false},
    {"<a href=http://good.example href=http://bad.zz>x</a>", "", true, false},
    {"<a data-href=http://good.example href=//bad.zz>x</a>", "", true, false},
    {"<a title='href=http://good.example ' href=//bad.zz>x</a>", "", true,
	false},
    {"<a href=http://good.example title='>' ><a href=//bad.zz>x</a>", "", true,
	false},
    {"<!--><a href=//bad.zz>x</a>--> http://good.example", "", true, false},
    {"<!-- --!><a href=//bad.zz>x</a>--> http://good.example", "", true, false},
    {"<a href=http&colon;//bad.zz>x</a> http://good.example", "", true, false},
    {"<a href=http:&sol;&sol;bad.zz>x</a> http://good.example", "", true,
	false},
    {"<form action=//bad.zz> http://good.example", "", true, false},
    {"<style><!--</style><a href=//bad.zz>x</a>--> http://good.example", "",
	true, false},
    {"<title><b x='</TITLE ><a href=//bad.zz>x</a>'> http://good.example", "",
	true, false},
    {"<!x='><a href=//bad.zz>x</a>'> http://good.example", "", true, false},
    {"</ x='><a href=//bad.zz>x</a>'> http://good.example", "", true, false},
    {"<x='><a href=//bad.zz>x</a>'> http://good.example", "", true, false},
    {"<a\"='><a href=//bad.zz>x</a>'> http://good.example", "", true, false},
    {"<b class=http://bad.zz> http://good.example", "", false, false},
    {"<a src=http://good.example/a href=http://good.example/b>x</a>", "", true,
	true},
    {"<a title='>' href=http://good.example class=x>x</a>", "", true, true},
    {"no link", "http://good.example:x@bad-a.com", false, false},
    {"no link", "good.example", false, false},
    {"no link", "good.example:80/x", false, false},
    {"no link", "http://[2001:db8::1]/", false, false},
    {"http://good.example", "http://[2001:db8::1]/", false, false},
};

/* One good link says nothing of the others, nor a disguised one of itself. */
static void
test_allowed_hosts(void **state)
{
	const struct rule rule = rule_of("good.example", EFFECT_ALLOW);

	(void)state;
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
		struct comment c = {.content = span_of(allowed[i].content),
		    .author.url = span_of(allowed[i].url),
		    .format = allowed[i].html ? FORMAT_HTML : FORMAT_TEXT};
		struct rule_hit item;
		struct rule_hits hits = {&item, 0, 1};

		print_message("%s\n", allowed[i].content);
		match(&rule, 1, &c, &hits);
		assert_int_equal(hits.n, allowed[i].allowed);
	}
}

/* Appends `piece` to what is in memory that is large enough. */
static void
append(char *to, size_t *n, struct span piece)
{
	memcpy(to + *n, piece.p, piece.n);
	*n += piece.n;
}

/* Ways to write an address that browsers read as one of bad-a.com. */
static const struct {
	const char *content, *url;
	bool html;
} written[] = {
    {"https://user:pass@bad-a.com", "", false},
    {"https://user@x@bad-a.com:8080", "", false},
    {"irc://user@bad-a.com", "", false},
    {"HTTPS://USER@WWW.BAD-A.COM.", "", false},
    {"http&#58;//x@bad-a.com", "", false},
    {"htt&#112;://x@bad-a.com", "", false},
    {"http:\\\\x@bad-a.com", "", false},
    {"http://bad-a\xe3\x80\x82"
     "com/",
	"", false},
    {"http://bad-a\xef\xbc\x8e"
     "com/",
	"", false},
    {"http://bad-a\xef\xbd\xa1"
     "com\xef\xbd\xa1",
	"", false},
    {"http://bad%2da.com", "", false},
    {"http://b%61d-a%E3%80%82com", "", false},
    {"http://ba\xc2\xad%64-a.com/", "", false},
    {"http://\xe4\xb8\xad.bad%2da.com", "", false},
    {"http://%\x41@bad-a.com", "", false},
    {"<a href=\"http://bad&#9;-a.com\">x</a>", "", true},
    {"<a href=\"http://bad\n-a.com\">x</a>", "", true},
    {"<a href=\" ht\ttp:\n/\r/bad\t-a.com\">x</a>", "", true},
    {"<a href=\"http:x@bad-a.com\">x</a>", "", true},
    {"<a href=\"https:///x@bad-a.com\">x</a>", "", true},
    {"<a href=\"//x@bad-a.com\">x</a>", "", true},
    {"<a href=\"\\/x@bad-a.com\">x</a>", "", true},
    {"<a href=\"http://a b@bad-a.com\">x</a>", "", true},
    {"[url=http://x@bad-a.com]x[/url]", "", false},
    {"<a href=\"http://bad-a&period;com\">x</a>", "", true},
    {"<a href=\"http&colon;//bad-a.com\">x</a>", "", true},
    {"<a href=\"&Tab;http:&sol;&bsol;bad-a.com\">x</a>", "", true},
    {"<a href=\"&NewLine;//bad-a.com\">x</a>", "", true},
    {"<a href=\"//bad-a.com&quest;x\">x</a>", "", true},
    {"<a href=\"//x&commat;bad-a.com&num;x\">x</a>", "", true},
    {"<a href=\"//bad&ZeroWidthSpace;-a.com\">x</a>", "", true},
    {"<a title=\">\" href=\"//x@bad-a.com\">x</a>", "", true},
    {"<a title=\"<\" href=\"//x@bad-a.com\">x</a>", "", true},
    {"<a title='\"' href=\"//x@bad-a.com\">x</a>", "", true},
    {"<a src=\"//x@good.example\" href=\"//x@bad-a.com\">x</a>", "", true},
    {"<svg><a xlink:href=\"//x@bad-a.com\">x</a>", "", true},
    {"<form action=\"//x@bad-a.com\">", "", true},
    {"<!--><a href=\"//x@bad-a.com\">x</a>-->", "", true},
    {"<!---><a href=\"//x@bad-a.com\">x</a>-->", "", true},
    {"<!-- --!><a href=\"//x@bad-a.com\">x</a>-->", "", true},
    {"x", "https://user@bad-a.com", false},
    {"x", "user:pass@bad-a.com", false},
    {"x", "my page: http://x@bad-a.com", false},
    {"x",
	"bad-a\xe3\x80\x82"
	"com/",
	false},
};

/* A host may be long where it is of letters that are, or that are not seen. */
static void
test_long_hosts(void **state)
{
	static const struct {
		const char *head, *piece, *tail;
	} rows[] = {
	    {"http://", "\xed\x95\x9c", ".bad-a.com"},
	    {"http://", "\xed\x95\x9c.", "bad-a.com"},
	    {"http://bad", "\xe2\x80\x8b", "-a.com"},
	    {"http://bad", "%E2%80%8B", "-a.com"},
	    {"http://", "a:b@", "bad-a.com"},
	};
	const struct rule rule = rule_of("bad-a.com", EFFECT_BLOCK);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static char content[1 << 14];
		struct comment c = {.content = {content, 0}};
		struct rule_hit item;
		struct rule_hits hits = {&item, 0, 1};

		append(content, &c.content.n, span_of(rows[i].head));
		for (int k = 0; k < 1000; k++)
			append(content, &c.content.n, span_of(rows[i].piece));
		append(content, &c.content.n, span_of(rows[i].tail));
		print_message(
		    "%s%s%s\n", rows[i].head, rows[i].piece, rows[i].tail);
		match(&rule, 1, &c, &hits);
		assert_int_equal(hits.n, 1);
	}
}

static void
test_written_hosts(void **state)
{
	const struct rule rule = rule_of("bad-a.com", EFFECT_BLOCK);

	(void)state;
	for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
		struct comment c = {.content = span_of(written[i].content),
		    .author.url = span_of(written[i].url),
		    .format = written[i].html ? FORMAT_HTML : FORMAT_TEXT};
		struct rule_hit item;
		struct rule_hits hits = {&item, 0, 1};

		print_message("%s %s\n", written[i].content, written[i].url);
		match(&rule, 1, &c, &hits);
		assert_int_equal(hits.n, 1);
	}
}

/* What hides a host behind it, and what comes between. */
static const struct {
	const char *piece;
	uint32_t n;
} crowds[] = {
    {"https://good.example/ ", 32},
    {"https://good.example/ ", 3000},
    {"good-a.com ", 256},
    {"no.thing ", 300},
    {"x@good-a.com ", 300},
};

/* A listed host is found however much is before it. */
static void
test_hosts_behind_many(void **state)
{
	static const char *const last[] = {
	    "https://bad-a.com/", "bad-a.com", "<a href='//bad-a.com/'>x</a>"};
	const struct rule rules[] = {rule_of("bad-a.com", EFFECT_BLOCK),
	    rule_of("good.example", EFFECT_ALLOW)};
	static char content[1 << 17];

	(void)state;
	for (size_t i = 0; i < 3 * sizeof(crowds) / sizeof(crowds[0]); i++) {
		struct rule_hit items[2];
		struct rule_hits hits = {items, 0, 2};
		struct comment c = {.content = {content, 0}};

		for (uint32_t k = 0; k < crowds[i / 3].n; k++)
			append(content, &c.content.n,
			    span_of(crowds[i / 3].piece));
		append(content, &c.content.n, span_of(last[i % 3]));
		print_message("%s... %s\n", crowds[i / 3].piece, last[i % 3]);
		match(rules, 2, &c, &hits);
		assert_int_equal(hits.n, 1);
		assert_ptr_equal(items[0].rule, &rules[0]);
		assert_in_range(c.content.n - items[0].source.start, 9, 18);
	}
}

/* Of what reads as tags without end, none is said to be all allowed. */
static void
test_tags_without_end(void **state)
{
	const struct rule rule = rule_of("good.example", EFFECT_ALLOW);
	static char content[1 << 16];
	struct comment c = {.content = {content, 0}, .format = FORMAT_HTML};

	(void)state;
	append(content, &c.content.n, span_of("http://good.example/ "));
	for (int turns = 0; turns < 2; turns++) {
		struct rule_hit item;
		struct rule_hits hits = {&item, 0, 1};

		match(&rule, 1, &c, &hits);
		assert_int_equal(hits.n, turns == 0);
		for (int k = 0; k < 1000; k++)
			append(content, &c.content.n, span_of("<b\" x=\""));
		append(content, &c.content.n,
		    span_of("\"><a title='>' href=//bad.zz>x</a>"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_allowed_hosts),
	    cmocka_unit_test(test_long_hosts),
	    cmocka_unit_test(test_written_hosts),
	    cmocka_unit_test(test_hosts_behind_many),
	    cmocka_unit_test(test_tags_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
