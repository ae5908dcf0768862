/* What lists match: a row an entry and a comment. */
#include "../../service/core/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../service/core/punycode.h"
#include "../../service/core/utf8.h"

static unsigned char block[8 << 20];

/* The field that the value is compared with; NULL of `found`: no match. */
static const struct {
	const char *name;
	enum rule_kind kind;
	const char *value, *field, *found;
} cases[] = {
    {"name", RULE_AUTHOR, "jammy", "jammy", "jammy"},
    {"name in another case", RULE_AUTHOR, "Jammy", "JAMMY ", "JAMMY "},
    {"name in Cyrillic letters", RULE_AUTHOR, "jammy", "j\xd0\xb0mmy",
	"j\xd0\xb0mmy"},
    {"name with a digit for a letter", RULE_AUTHOR, "bill", "b1ll", "b1ll"},
    {"the digit for the other letter", RULE_AUTHOR, "bill", "bi1l", "bi1l"},
    {"name with more", RULE_AUTHOR, "jammy", "jammy b", NULL},
    {"name of two words", RULE_AUTHOR, "big jammy", "Big  Jammy", "Big  Jammy"},
    {"a name of signs", RULE_AUTHOR, "***", "***", "***"},
    {"an address as a name", RULE_AUTHOR, "a@b.example", "c@b.example", NULL},
    {"other signs", RULE_AUTHOR, "***", "???", NULL},

    {"mail", RULE_EMAIL, "A@Shop.example", "a@shop.EXAMPLE", ""},
    {"other mail", RULE_EMAIL, "a@shop.example", "b@shop.example", NULL},
    {"mail domain", RULE_EMAIL, "@shop.example", "b@shop.example", ""},
    {"mail sub-domain", RULE_EMAIL, "@shop.example", "b@x.shop.example", ""},
    {"mail domain, any name", RULE_EMAIL, "*@shop.example", "b@x.shop.example",
	""},
    {"mail domain's end", RULE_EMAIL, "@shop.example", "b@ashop.example", NULL},
    {"no mail", RULE_EMAIL, "@shop.example", "shop.example", NULL},

    {"ip", RULE_IP, "192.0.2.7", "192.0.2.7", ""},
    {"other ip", RULE_IP, "192.0.2.7", "192.0.2.8", NULL},
    {"ip as v6", RULE_IP, "192.0.2.7", "::ffff:192.0.2.7", ""},
    {"network", RULE_IP, "192.0.2.0/25", "192.0.2.127", ""},
    {"beyond the network", RULE_IP, "192.0.2.0/25", "192.0.2.128", NULL},
    {"network of v6", RULE_IP, "2001:db8::/33", "2001:db8:7fff::1", ""},
    {"beyond that", RULE_IP, "2001:db8::/33", "2001:db8:8000::1", NULL},
    {"all of v4", RULE_IP, "0.0.0.0/0", "203.0.113.9", ""},
    {"all of v4 is no v6", RULE_IP, "0.0.0.0/0", "2001:db8::1", NULL},
    {"all", RULE_IP, "::/0", "203.0.113.9", ""},

    {"host", RULE_HOST, "shop.example", "see http://shop.example/x now",
	"http://shop.example/x"},
    {"sub-domain", RULE_HOST, "shop.example", "http://a.b.Shop.example",
	"http://a.b.Shop.example"},
    {"listed with a star", RULE_HOST, "*.shop.example", "http://a.shop.example",
	"http://a.shop.example"},
    {"host's end", RULE_HOST, "shop.example", "http://ashop.example", NULL},
    {"domain of a listed host", RULE_HOST, "a.shop.example",
	"http://shop.example", NULL},
    {"top-level domain", RULE_HOST, "example", "http://shop.example",
	"http://shop.example"},
    {"host in Punycode", RULE_HOST,
	"b\xc3\xbc"
	"cher.example",
	"http://xn--bcher-kva.example", "http://xn--bcher-kva.example"},
    {"listed in Punycode", RULE_HOST, "xn--bcher-kva.example",
	"http://B\xc3\xbc"
	"cher.example",
	"http://B\xc3\xbc"
	"cher.example"},
    {"host without scheme", RULE_HOST, "shop-a.com", "go to shop-a.com now",
	"shop-a.com"},
    {"host with dots in words", RULE_HOST, "shop-a.com", "shop-a (dot) com",
	"shop-a (dot) com"},

    {"phrase", RULE_PHRASE, "cheap pills", "buy Cheap  Pills!", "Cheap  Pills"},
    {"signs between", RULE_PHRASE, "cheap pills", "cheap... pills",
	"cheap... pills"},
    {"at word boundaries", RULE_PHRASE, "ass", "a class act", NULL},
    {"only a part", RULE_PHRASE, "cheap pills", "cheap old pills", NULL},
    {"in Cyrillic letters", RULE_PHRASE, "casino", "best c\xd0\xb0sin\xd0\xbe",
	"c\xd0\xb0sin\xd0\xbe"},
    {"with invisible ones", RULE_PHRASE, "casino", "ca\xe2\x80\x8bsino",
	"ca\xe2\x80\x8bsino"},
    {"with digits", RULE_PHRASE, "casino", "a c4s1n0!", "c4s1n0"},
    {"with signs", RULE_PHRASE, "casino", "a c@$ino", "c@$ino"},
    {"a sign behind it", RULE_PHRASE, "casino", "casino!now", "casino"},
    {"one as l", RULE_PHRASE, "click", "c1ick", "c1ick"},
    {"spaced out", RULE_PHRASE, "casino", "c a s i n o", "c a s i n o"},
    {"a number is no word", RULE_PHRASE, "sos", "505", NULL},
    {"a number", RULE_PHRASE, "call 1571", "call 1571", "call 1571"},
    {"mail in a phrase", RULE_PHRASE, "joe@shop.com", "to joe@shop.com !",
	"joe@shop.com"},
    {"another mail", RULE_PHRASE, "joe@shop.com", "to jim@shop.com !", NULL},
    {"telephone", RULE_PHRASE, "+49 171 1234567", "ring +49-171-1234567",
	"49-171-1234567"},
    {"without spaces", RULE_PHRASE, "\xe8\xb5\x8c\xe5\x9c\xba",
	"\xe6\xbe\xb3\xe9\x97\xa8\xe8\xb5\x8c\xe5\x9c\xba\xe5\xa5\xbd",
	"\xe8\xb5\x8c\xe5\x9c\xba"},
    {"emoji", RULE_PHRASE, "\xf0\x9f\x92\xb0 now", "\xf0\x9f\x92\xb0 now",
	"\xf0\x9f\x92\xb0 now"},
    {"an emoji in between", RULE_PHRASE, "old harbour",
	"the old \xf0\x9f\x8e\xb0 harbour", "old \xf0\x9f\x8e\xb0 harbour"},
    {"another emoji", RULE_PHRASE, "\xf0\x9f\x92\xb0 now",
	"\xf0\x9f\x8e\xb0 now", NULL},
    {"behind a word of a letter", RULE_PHRASE, "harbour",
	"We saw a h a r b o u r", "h a r b o u r"},
    {"before one", RULE_PHRASE, "harbour", "the h.a.r.b.o.u.r.I saw",
	"h.a.r.b.o.u.r"},
    {"two words", RULE_PHRASE, "free money", "get f r e e m o n e y now",
	"f r e e m o n e y"},
    {"with two blanks", RULE_PHRASE, "viagra", "v  i  a  g  r  a here",
	"v  i  a  g  r  a"},
    {"with strokes", RULE_PHRASE, "viagra", "v/i/a/g/r/a", "v/i/a/g/r/a"},
    {"with bars", RULE_PHRASE, "viagra", "v|i|a|g|r|a", "v|i|a|g|r|a"},
    {"with commas", RULE_PHRASE, "viagra", "v,i,a,g,r,a", "v,i,a,g,r,a"},
    {"with tildes", RULE_PHRASE, "viagra", "v~i~a~g~r~a", "v~i~a~g~r~a"},
    {"with exclamations", RULE_PHRASE, "harbour", "h!a!r!b!o!u!r",
	"h!a!r!b!o!u!r"},
    {"with apostrophes", RULE_PHRASE, "viagra", "v'i'a'g'r'a", "v'i'a'g'r'a"},
    {"with emoji", RULE_PHRASE, "casino",
	"c\xf0\x9f\x8e\xb0"
	"a\xf0\x9f\x8e\xb0s\xf0\x9f\x8e\xb0i\xf0\x9f\x8e\xb0n"
	"\xf0\x9f\x8e\xb0o",
	"c\xf0\x9f\x8e\xb0"
	"a\xf0\x9f\x8e\xb0s\xf0\x9f\x8e\xb0i\xf0\x9f\x8e\xb0n"
	"\xf0\x9f\x8e\xb0o"},
    {"digits and strokes", RULE_PHRASE, "click here", "c/1/i/c/k/h/e/r/e",
	"c/1/i/c/k/h/e/r/e"},
    {"few letters", RULE_PHRASE, "ass", "an a/s/s, that is", "a/s/s"},
    {"few of many", RULE_PHRASE, "ass", "first c l a s s", NULL},
    {"two letters", RULE_PHRASE, "ab", "a/b", NULL},
    {"whole words apart", RULE_PHRASE, "free money", "fre e mon e y", NULL},
    {"a part of a word", RULE_PHRASE, "harbour", "harbourmaster", NULL},
    {"runs apart", RULE_PHRASE, "harbour", "h a r b and o u r", NULL},
    {"after a false start", RULE_PHRASE, "ha ha now", "ha ha ha now",
	"ha ha now"},

    {"thread", RULE_THREAD, "https://b.example/p", "https://b.example/p", ""},
    {"other thread", RULE_THREAD, "https://b.example/p", "https://b.example/p2",
	NULL},
    {"threads by their start", RULE_THREAD, "https://b.example/*",
	"https://b.example/p2", ""},
    {"another start", RULE_THREAD, "https://b.example/*", "https://b.exa",
	NULL},
};

static struct comment
comment_of(enum rule_kind kind, struct span value)
{
	struct comment c = {.fill_ms = -1};
	struct span *const fields[RULE_KINDS] = {
	    [RULE_AUTHOR] = &c.author.name,
	    [RULE_EMAIL] = &c.author.email,
	    [RULE_IP] = &c.author.ip,
	    [RULE_HOST] = &c.content,
	    [RULE_PHRASE] = &c.content,
	    [RULE_THREAD] = &c.thread,
	};

	*fields[kind] = value;
	return c;
}

/* Matches at time 1000; the hits' memory is the caller's. */
static void
match(const struct rules *r, const struct comment *c, struct rule_hits *hits,
    struct arena *a)
{
	struct text t;

	assert_int_equal(text_normalise(&t, c->content, c->format, a), 0);
	assert_int_equal(
	    rules_match(r, &(struct rule_case){c, &t, 1000}, hits, a), 0);
}

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct span field = span_of(cases[i].field);
		struct comment c = comment_of(cases[i].kind, field);
		struct rule rule = {.value = span_of(cases[i].value),
		    .kind = (uint8_t)cases[i].kind,
		    .effect = EFFECT_HOLD};
		struct rule_hit item;
		struct rule_hits hits = {&item, 0, 1};
		struct arena a;

		print_message("%s\n", cases[i].name);
		arena_init(&a, block, sizeof(block));
		assert_null(rule_misfit(cases[i].kind, rule.value, &a));
		match(rules_compile(&rule, 1, &siphash_open_key, &a), &c, &hits,
		    &a);
		assert_int_equal(hits.n, cases[i].found != NULL);
		if (hits.n == 0 || item.field == FIELD_NONE)
			continue;
		assert_true(span_equal(span_of(cases[i].found),
		    (struct span){field.p + item.source.start,
			item.source.end - item.source.start}));
	}
}

static const struct {
	enum rule_kind kind;
	const char *value;
} misfits[] = {
    {RULE_AUTHOR, ""},
    {RULE_EMAIL, "shop.example"},
    {RULE_EMAIL, "@"},
    {RULE_EMAIL, "a@"},
    {RULE_EMAIL, "@a b"},
    {RULE_EMAIL, "*@"},
    {RULE_EMAIL, "*@a b"},
    {RULE_IP, ""},
    {RULE_IP, "192.0.2"},
    {RULE_IP, "192.0.2.0/33"},
    {RULE_IP, "192.0.2.0/"},
    {RULE_IP, "192.0.2.0/-1"},
    {RULE_IP, "::/129"},
    {RULE_HOST, ""},
    {RULE_HOST, "."},
    {RULE_HOST, "a..b"},
    {RULE_HOST, "http://shop.example/"},
    {RULE_HOST, "shop.example/x"},
    {RULE_HOST, "two words"},
    {RULE_PHRASE, ""},
    {RULE_PHRASE, "!!!"},
    {RULE_PHRASE, "1a 2a 3a 4a 5a 6a 7a 8a 9a 1b 2b 3b 4b 5b 6b 7b 8b 9b 1c"
		  " 2c 3c 4c 5c 6c 7c 8c 9c 1d 2d 3d 4d 5d 6d"},
    {RULE_THREAD, ""},
};

static void
test_misfits(void **state)
{
	struct arena a;

	(void)state;
	for (size_t i = 0; i < sizeof(misfits) / sizeof(misfits[0]); i++) {
		print_message("\"%s\"\n", misfits[i].value);
		arena_init(&a, block, sizeof(block));
		assert_non_null(rule_misfit(
		    misfits[i].kind, span_of(misfits[i].value), &a));
	}
}

static struct rule
rule_of(enum rule_kind kind, const char *value, enum rule_effect effect,
    int64_t expires_at_ms)
{
	return (struct rule){
	    .value = span_of(value),
	    .expires_at_ms = expires_at_ms,
	    .kind = (uint8_t)kind,
	    .effect = (uint8_t)effect,
	};
}

/* The strongest come first, and what has expired does nothing. */
static void
test_order(void **state)
{
	const struct rule rules[] = {
	    rule_of(RULE_PHRASE, "one", EFFECT_ALLOW, 0),
	    rule_of(RULE_PHRASE, "two", EFFECT_HOLD, 1001),
	    rule_of(RULE_PHRASE, "two", EFFECT_HOLD, 1000),
	    rule_of(RULE_PHRASE, "one two", EFFECT_BLOCK, 1000),
	    rule_of(RULE_AUTHOR, "Jammy", EFFECT_BLOCK, 1001),
	    rule_of(RULE_AUTHOR, "jammy", EFFECT_BLOCK, 1000),
	};
	struct comment c = {
	    .content = span_of("one two two"), .author.name = span_of("jammy")};
	struct rule_hit items[3];
	struct rule_hits hits = {items, 0, 3}, one = {items, 0, 1};
	const struct rules *r;
	struct arena a;

	(void)state;
	arena_init(&a, block, sizeof(block));
	r = rules_compile(rules, 6, &siphash_open_key, &a);
	match(r, &c, &hits, &a);
	assert_int_equal(hits.n, 3);
	assert_ptr_equal(items[0].rule, &rules[4]);
	assert_ptr_equal(items[1].rule, &rules[1]);
	assert_ptr_equal(items[2].rule, &rules[0]);
	match(r, &c, &one, &a);
	assert_int_equal(one.n, 1);
	assert_ptr_equal(items[0].rule, &rules[4]);
}

/* Each entry of many is found, and by nothing else. */
static void
test_many(void **state)
{
	enum { N = 2000 };
	static char values[N][32];
	static struct rule rules[N];
	const struct rules *r;
	struct arena a;

	(void)state;
	arena_init(&a, block, sizeof(block));
	for (int i = 0; i < N; i++) {
		snprintf(values[i], sizeof(values[i]), "word %d of %d", i / 50,
		    i % 50);
		rules[i] = rule_of(RULE_PHRASE, values[i], EFFECT_HOLD, 0);
	}
	r = rules_compile(rules, N, &siphash_open_key, &a);
	assert_non_null(r);
	for (int i = 0; i < N; i++) {
		struct comment c = {.content = rules[i].value};
		struct rule_hit item;
		struct rule_hits hits = {&item, 0, 1};
		size_t used = a.used;

		match(r, &c, &hits, &a);
		assert_int_equal(hits.n, 1);
		assert_ptr_equal(item.rule, &rules[i]);
		arena_rewind(&a, used);
	}
}

/* Too little memory is a refusal, at any size. */
static void
test_full(void **state)
{
	const struct rule rules[] = {
	    rule_of(RULE_PHRASE, "cheap pills", EFFECT_BLOCK, 0),
	    rule_of(RULE_AUTHOR, "jammy", EFFECT_HOLD, 0),
	};
	bool refused = false, compiled = false;

	(void)state;
	for (size_t size = 0; size < 1 << 16; size += 64) {
		struct arena a;

		arena_init(&a, block, size);
		if (rules_compile(rules, 2, &siphash_open_key, &a) == NULL) {
			assert_false(compiled);
			refused = true;
		} else {
			compiled = true;
		}
	}
	assert_true(refused && compiled);
}

static const struct {
	const char *label, *text; /* text NULL: none */
} punycode[] = {
    {"bcher-kva", "b\xc3\xbc"
		  "cher"},
    {"fiqs8s", "\xe4\xb8\xad\xe5\x9b\xbd"},
    {"e1afmkfd", "\xd0\xbf\xd1\x80\xd0\xb8\xd0\xbc\xd0\xb5\xd1\x80"},
    {"a-", "a"},
    {"", NULL},
    {"!", NULL},
    {"99999999", NULL},
    {"b", NULL},
};

static void
test_punycode(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(punycode) / sizeof(punycode[0]); i++) {
		uint32_t points[PUNYCODE_POINTS_MAX];
		uint32_t n =
		    punycode_decode(span_of(punycode[i].label), points);
		char text[4 * PUNYCODE_POINTS_MAX];
		size_t bytes = 0;

		print_message("%s\n", punycode[i].label);
		for (uint32_t k = 0; k < n; k++)
			bytes += utf8_write(points[k], text + bytes);
		if (punycode[i].text == NULL)
			assert_int_equal(n, 0);
		else
			assert_true(span_equal((struct span){text, bytes},
			    span_of(punycode[i].text)));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_misfits),
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_many),
	    cmocka_unit_test(test_full),
	    cmocka_unit_test(test_punycode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
