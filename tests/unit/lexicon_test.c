/*
 * Phrases of service/insults/, service/offers/ and service/tone/ are found as
 * comments have them, no others, and become features.
 */
#include "../../service/core/lexicon.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../service/core/features_sink.h"

#define INNOCENT "tests/data/innocent.txt"

enum { ROOM = 1 << 20, TOKENS_MAX = 64, SAID_MAX = 256, LINE_MAX_BYTES = 1024 };

static _Alignas(16) char room[ROOM];

/* Whether a kind is meant. */
typedef bool kind_test(enum lexicon_kind kind);

static bool
any(enum lexicon_kind kind)
{
	return kind != LEXICON_NONE;
}

static bool
hostile_or_offer(enum lexicon_kind kind)
{
	return lexicon_hostile(kind) || lexicon_offers(kind);
}

/* The kinds that are meant and found in the text, in order, a space between. */
static const char *
kinds_meant(kind_test *meant, const char *text)
{
	static const char *const names[] = {
#define X(kind, name) [LEXICON_##kind] = name,
	    LEXICON_KINDS(X)
#undef X
	};
	static char said[SAID_MAX];
	uint64_t words[TOKENS_MAX + 2], shapes[TOKENS_MAX + 2];
	struct token_values v = {words, shapes};
	struct text t;
	struct lexicon_walk w = {.text = &t, .words = words + 1};
	enum lexicon_kind kind;
	struct arena a;
	int n = 0;

	arena_init(&a, room, sizeof(room));
	assert_int_equal(text_normalise(&t, span_of(text), FORMAT_TEXT, &a), 0);
	assert_in_range(t.n_tokens, 0, TOKENS_MAX);
	features_values(&v, &t);
	said[0] = '\0';
	while ((kind = lexicon_walk(&w)) != LEXICON_NONE) {
		assert_true(w.token < w.end && w.end <= t.n_tokens);
		if (meant(kind))
			n += snprintf(said + n, sizeof(said) - (size_t)n,
			    "%s%s", n > 0 ? " " : "", names[kind]);
	}
	return said;
}

static const char *
kinds_in(const char *text)
{
	return kinds_meant(any, text);
}

/* The features of a comment with this text, name and page, until the next. */
static void
extract(struct features *f, const char *text, const char *name, const char *url)
{
	struct comment c = {.content = span_of(text),
	    .author = {.name = span_of(name), .url = span_of(url)},
	    .fill_ms = -1};
	struct signals s = {.known = false};
	struct arena a;
	struct text t;

	arena_init(&a, room, sizeof(room));
	assert_int_equal(text_normalise(&t, c.content, FORMAT_TEXT, &a), 0);
	assert_int_equal(features_extract(f, &c, &t, &s, &a), 0);
}

/* How many features of a view a comment has whose author has this page. */
static uint32_t
features_by(
    enum view_kind view, const char *text, const char *name, const char *url)
{
	struct features f = {0};

	extract(&f, text, name, url);
	for (uint32_t i = 0; i < f.n_views; i++)
		if (f.views[i].kind == view)
			return f.views[i].last - f.views[i].first;
	return 0;
}

static uint32_t
features_of(enum view_kind view, const char *text, const char *name)
{
	return features_by(view, text, name, "https://example.org");
}

struct known {
	const char *text, *kinds;
};

static void
check_kinds(const struct known *cases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(kinds_in(cases[i].text), cases[i].kinds) != 0)
			fail_msg("%s: %s, not %s", cases[i].text,
			    kinds_in(cases[i].text), cases[i].kinds);
}

#define CHECK_KINDS(cases)                                                     \
	check_kinds((cases), sizeof(cases) / sizeof(*(cases)))

static void
test_phrases_are_found(void **state)
{
	static const struct known cases[] = {
	    {"you idiot", "insult"},
	    {"Go back to your country, cockroaches!", "expel vermin"},
	    {"SH4ME on you", "contempt"},
	    {"Verpiss dich! Raus aus unserem Land!", "contempt expel"},
	    {"Расстрелять их всех, мразь", "threat vermin"},
	    {"Wir wissen, wo du wohnst.", "threat"},
	    {"I hope your whole family dies", "death"},
	    {"garbage, and women like you need to be beaten", "group threat"},
	    {"me das asco, sabemos dónde vives", "contempt threat"},
	    {"thank you, well said", "kind kind"},
	    {"Du bist ein Arschloch, echt", "you insult"},
	    {"ты просто дурак", "insult"},
	    {"dasar goblok!!!", "insult"},
	    {"sen bir salaksın", "insult"},
	    {"你这个傻逼", "insult"},
	    {"what an 1d1ot", "insult"},
	    {"what an i d i o t", "insult"},
	    {"IDIOT", "insult"},
	    {"<b>idi</b>ot", "insult"},
	    {"\xD1\x96\x64\x69\x6F\x74", "insult"}, /* a Cyrillic і */
	    {"Check out my channel and SUBSCRIBE", "click follow follow"},
	    {"earn a pass1ve income with b i t c o i n", "earn invest"},
	    {"Nie wieder Geld verdienen im Casino!", "earn gamble"},
	    {"Заработок без вложений, пишите в личку", "earn earn contact"},
	    {"谁要代写论文？加微信", "essay contact"},
	    {"idiot, casino", "insult gamble"},
	};

	(void)state;
	CHECK_KINDS(cases);
}

static void
test_nothing_else_is(void **state)
{
	static const char *const texts[] = {
	    "",
	    "!!!",
	    "an article about the Scunthorpe classic assessment",
	    "操作系统", /* an insult alone, a part of "operating" */
	    "Die Bahn kommt wieder zu spät.",
	    "idiomatic code",
	    /* uš, piç, tåpe, dög, raté, pešo, hora, FDP: elsewhere they are */
	    "rate us: a pic of the dog on tape",
	    "un peso la hora, sagt die FDP",
	    "vcs são demais", /* Filipino for something else */
	    "my neighbour's channel of water",
	    "make it so",
	    /* what threats say of somebody else, or to nobody */
	    "I don't know where you live, here the shops are closed",
	    "The eggs need to be beaten until stiff, shot in raw",
	    "No te vas a arrepentir. Nie wiem, gdzie mieszkasz",
	    "Hope to go back to the shop in May",
	    /* censored words are no formulae */
	    "O(n*m) for f*g, c*l + a*k * s*k, t*p and d**k",
	    "the shop in Cheung Fuk Street",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (kinds_in(texts[i])[0] != '\0')
			fail_msg("%s: %s", texts[i], kinds_in(texts[i]));
}

/* How many items of a line, between commas, are of a kind that is meant; each
 * is printed with its section. */
static int
blamed(char *line, const char *section, kind_test *meant)
{
	char *rest = NULL;
	int n = 0;

	for (char *item = strtok_r(line, ",", &rest); item != NULL;
	     item = strtok_r(NULL, ",", &rest)) {
		const char *kinds = kinds_meant(meant, item);

		if (kinds[0] == '\0')
			continue;
		print_error("%s %s: %s\n", section, item, kinds);
		n++;
	}
	return n;
}

static void
test_innocent_words_are_not_blamed(void **state)
{
	char line[LINE_MAX_BYTES], section[LINE_MAX_BYTES] = "";
	FILE *f = fopen(INNOCENT, "r");
	int n = 0;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '[')
			memcpy(section, line, sizeof(section));
		else if (line[0] != '#')
			n += blamed(line, section,
			    strstr(section, "names]") != NULL
				? hostile_or_offer
				: lexicon_hostile);
	}
	fclose(f);
	assert_int_equal(n, 0);
}

static void
test_stems_are_found(void **state)
{
	static const struct known cases[] = {
	    {"numptyish", "insult"},
	    {"a NUMPT", "insult"},
	    {"n u m p t i e s", "insult"},
	    {"numptys, cockwombles", "insult insult"},
	    {"ein Vollhorstiger", "insult"},
	    {"скудоумнейший", "insult"},
	    {"дебилоидный", "insult"},
	    {"도라이들이", "insult"},
	    {"भड़वों", "insult"},
	    /* the beginning only, and of a word */
	    {"num pt", ""},
	    {"unnumpty", ""},
	    {"num", ""},
	    {"скудо", ""},
	    {"도", ""},
	};

	(void)state;
	CHECK_KINDS(cases);
}

static void
test_the_longest_counts_once(void **state)
{
	(void)state;
	assert_string_equal(kinds_in("piece of shit"), "insult");
	assert_string_equal(kinds_in("piece of"), "");
	assert_string_equal(kinds_in("make money"), "earn");
	assert_string_equal(kinds_in("make"), "");
	assert_string_equal(kinds_in("visa"), "");
	assert_string_equal(kinds_in("my channel my channel"), "follow follow");
}

static void
test_features_are_bounded(void **state)
{
	(void)state;
	assert_int_equal(
	    features_of(VIEW_INSULTS, "idiot and idiot, and so on", ""), 2);
	assert_int_equal(
	    features_of(VIEW_INSULTS, "idiot idiot moron moron idiot", ""), 4);
	assert_int_equal(features_of(VIEW_PHRASES, "casino", ""), 1);
	assert_int_equal(
	    features_of(VIEW_PHRASES, "casino poker casino poker", ""), 2);
	assert_int_equal(features_of(VIEW_PHRASES, "casino, subscribe", ""), 2);
	assert_int_equal(features_of(VIEW_PHRASES, "idiot", "casino"), 0);
}

/* Vermin is an insult, and of a kind of its own. */
static void
test_some_count_twice(void **state)
{
	(void)state;
	assert_int_equal(features_of(VIEW_INSULTS, "cockroaches", ""), 1);
	assert_int_equal(features_of(VIEW_PHRASES, "cockroaches", ""), 1);
	assert_int_equal(features_of(VIEW_INSULTS, "shut up", ""), 0);
	assert_int_equal(features_of(VIEW_PHRASES, "shut up", ""), 1);
}

static void
test_money_is_apart(void **state)
{
	(void)state;
	assert_int_equal(features_of(VIEW_PHRASES, "passive income", ""), 0);
	assert_int_equal(features_of(VIEW_MONEY, "passive income", ""), 1);
	assert_int_equal(features_of(VIEW_MONEY, "casino", ""), 0);
}

/* The words of the text, tied ones with their spaces, '|' between others. */
static const char *
phrases_of(const char *text)
{
	static char said[SAID_MAX];
	struct features f = {0};
	uint32_t end = 0;
	int n = 0;

	extract(&f, text, "", "");
	said[0] = '\0';
	for (uint32_t i = 0; i < f.n_tokens; i++) {
		const struct part *p = &f.parts[i];
		uint32_t from = p->tied ? end : p->source.start;

		end = p->source.end;
		n += snprintf(said + n, sizeof(said) - (size_t)n, "%s%.*s",
		    i > 0 && !p->tied ? "|" : "", (int)(end - from),
		    text + from);
	}
	return said;
}

/* What reasons quote is the whole of it, not the word that it begins with. */
static void
test_phrases_are_tied(void **state)
{
	static const char *const cases[][2] = {
	    {"", ""},
	    {"les jeux d'argent ici", "les|jeux d'argent|ici"},
	    {"Купить без рецепта", "Купить|без рецепта"},
	    {"谁要加微信", "谁|要|加微信"},
	    {"Shut up, idiot", "Shut up|,|idiot"},
	    {"an idiot", "an|idiot"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(phrases_of(cases[i][0]), cases[i][1]);
}

static void
test_phrases_can_be_left_alone(void **state)
{
	struct features f = {0};
	uint32_t all;

	(void)state;
	extract(&f, "casino, subscribe, passive income, idiot", "casino",
	    "https://example.org");
	all = f.n;
	features_keep_phrases(&f);
	assert_int_equal(f.n, 2 + 1 + 2); /* no income; the name's twice */
	assert_true(f.n < all);
	assert_int_equal(f.n_views, 3);
	for (uint32_t i = 0, end = 0; i < f.n_views; i++) {
		assert_int_equal(f.views[i].first, end);
		end = f.views[i].last;
		assert_in_range(end, 1, f.n);
	}
	extract(&f, "nothing of all that", "Anna", "");
	features_keep_phrases(&f);
	assert_int_equal(f.n, 0);
	assert_int_equal(f.n_views, 0);
}

static bool
is_hostile(const char *content)
{
	struct features f = {0};

	extract(&f, content, "idiot", "");
	return features_hostile(&f);
}

static void
test_what_is_hostile(void **state)
{
	static const char *const hostile[] = {
	    "you id1ot", "shut up", "go kill yourself", "they are vermin"};
	static const char *const others[] = {
	    "", "casino", "good morning to you all", "muslims and women"};

	(void)state;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(*hostile); i++)
		assert_true(is_hostile(hostile[i]));
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_false(is_hostile(others[i]));
}

static void
test_names_have_keywords(void **state)
{
	(void)state;
	assert_int_equal(features_of(VIEW_KEYWORDS, "casino", "Anna"), 0);
	assert_int_equal(features_of(VIEW_KEYWORDS, "Hello", "idiot"), 0);
	assert_int_equal(features_of(VIEW_KEYWORDS, "Hello", "casino"), 2);
	assert_int_equal(
	    features_of(VIEW_KEYWORDS, "Hello", "Tiffany Grant"), 0);
	assert_int_equal(features_of(VIEW_KEYWORDS, "Hello", "弁護士 田中"), 0);
	assert_int_equal(features_of(VIEW_KEYWORDS, "Hello", "Dior"), 0);
	assert_int_equal(features_of(VIEW_KEYWORDS, "Hello", "Dior outlet"), 2);
	assert_int_equal(
	    features_of(VIEW_KEYWORDS, "Hello", "casino casino poker"), 2);
	assert_int_equal(
	    features_of(VIEW_KEYWORDS, "Hello", "casino backlinks"), 3);
}

/* Professions and first names are among what is offered. */
static void
test_who_leads_nowhere_has_none(void **state)
{
	(void)state;
	assert_int_equal(features_by(VIEW_KEYWORDS, "Hello", "casino", ""), 0);
	assert_int_equal(
	    features_by(VIEW_KEYWORDS, "Hello", "\u5F01\u8B77\u58EB", ""), 0);
	assert_int_equal(
	    features_by(VIEW_KEYWORDS, "Hello", "casino www.example.org", ""),
	    2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_phrases_are_found),
	    cmocka_unit_test(test_nothing_else_is),
	    cmocka_unit_test(test_innocent_words_are_not_blamed),
	    cmocka_unit_test(test_stems_are_found),
	    cmocka_unit_test(test_the_longest_counts_once),
	    cmocka_unit_test(test_features_are_bounded),
	    cmocka_unit_test(test_some_count_twice),
	    cmocka_unit_test(test_money_is_apart),
	    cmocka_unit_test(test_what_is_hostile),
	    cmocka_unit_test(test_names_have_keywords),
	    cmocka_unit_test(test_who_leads_nowhere_has_none),
	    cmocka_unit_test(test_phrases_are_tied),
	    cmocka_unit_test(test_phrases_can_be_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
