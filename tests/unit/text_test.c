/* The golden cases of tests/data/text.cases, and the map back to the source */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <time.h>

#include "../../service/core/text.h"
#include "../../service/core/utf8.h"

enum { LINE_MAX_BYTES = 4096, FIELDS = 4, BLOCK_BYTES = 1 << 16 };

#define CASES "tests/data/text.cases"

static _Alignas(16) unsigned char block[BLOCK_BYTES];

static const struct {
	const char *name;
	size_t offset;
} counts[] = {
#define COUNT(name)                                                            \
	{                                                                      \
#name, offsetof(struct text_counts, name)                      \
	}
    COUNT(points), COUNT(letters), COUNT(upper), COUNT(digits), COUNT(emoji),
    COUNT(newlines), COUNT(non_ascii), COUNT(invalid), COUNT(invisible),
    COUNT(marks), COUNT(lookalikes), COUNT(tags), COUNT(entities),
    COUNT(bbcode), COUNT(mixed_words), COUNT(spaced), COUNT(squeezed),
    COUNT(undone), COUNT(styled), COUNT(links), COUNT(spaced_links),
    COUNT(mails), COUNT(phones)};

static struct text
normalise(struct span source, enum comment_format format)
{
	struct arena a;
	struct text t;

	arena_init(&a, block, sizeof block);
	assert_int_equal(text_normalise(&t, source, format, &a), 0);
	return t;
}

/* Appends the escape at `*p`, after its backslash, to out; its bytes. */
static size_t
unescape_one(const char **p, char *out)
{
	static const struct {
		char letter;
		int digits;
	} hex[] = {{'x', 2}, {'u', 4}, {'U', 8}};
	char digits[9] = "", letter = *(*p)++;

	for (size_t i = 0; i < sizeof hex / sizeof *hex; i++) {
		uint32_t value;

		if (hex[i].letter != letter)
			continue;
		memcpy(digits, *p, (size_t)hex[i].digits);
		*p += hex[i].digits;
		value = (uint32_t)strtoul(digits, NULL, 16);
		if (letter != 'x')
			return utf8_write(value, out);
		*out = (char)value;
		return 1;
	}
	*out = letter == 'n'   ? '\n'
	       : letter == 'r' ? '\r'
	       : letter == 't' ? '\t'
	       : letter == 's' ? ' '
			       : letter;
	return 1;
}

static struct span
unescape(const char *p, char *out)
{
	size_t n = 0;

	while (*p != '\0') {
		if (*p == '\\') {
			p++;
			n += unescape_one(&p, out + n);
		} else {
			out[n++] = *p++;
		}
	}
	return (struct span){out, n};
}

static struct span
render(const struct text *t, char *out)
{
	static const char *const marks[] = {
	    "{URL}", "{MAIL}", "{PHONE}", "{EDGE}"};
	size_t n = 0;

	for (uint32_t i = 0; i < t->n; i++) {
		uint32_t cp = t->points[i];

		if (cp >= TEXT_MARK) {
			const char *mark = marks[cp - TEXT_MARK];

			memcpy(out + n, mark, strlen(mark));
			n += strlen(mark);
		} else {
			n += utf8_write(cp, out + n);
		}
	}
	return (struct span){out, n};
}

static void
check_counts(const struct text *t, const char *name, char *wanted)
{
	char *save = NULL;

	for (char *w = strtok_r(wanted, " \n", &save); w != NULL;
	     w = strtok_r(NULL, " \n", &save)) {
		char *equals = strchr(w, '=');
		size_t i = 0;
		uint32_t value;

		assert_non_null(equals);
		*equals = '\0';
		while (strcmp(counts[i].name, w) != 0)
			assert_true(++i < sizeof counts / sizeof *counts);
		memcpy(&value, (const char *)&t->counts + counts[i].offset,
		    sizeof value);
		if (value != strtoul(equals + 1, NULL, 10))
			fail_msg("%s: %s is %u", name, w, value);
	}
}

/* What text.h promises of any text. */
static void
check_invariants(const struct text *t)
{
	uint32_t end = 0;

	assert_true(t->n <= t->source.n + 64);
	for (uint32_t i = 0; i < t->n; i++) {
		assert_true(t->ranges[i].start <= t->ranges[i].end);
		assert_true(t->ranges[i].end <= t->source.n);
		if (i > 0)
			assert_true(
			    t->ranges[i].start >= t->ranges[i - 1].start);
	}
	for (uint32_t i = 0; i < t->n_tokens; i++) {
		assert_true(t->tokens[i].first >= end);
		assert_true(t->tokens[i].last > t->tokens[i].first);
		end = t->tokens[i].last;
	}
	assert_true(end <= t->n);
}

static char *
trim(char *s)
{
	char *end = s + strlen(s);

	while (*s == ' ')
		s++;
	while (end > s && (end[-1] == ' ' || end[-1] == '\n'))
		*--end = '\0';
	return s;
}

static bool
run_case(char *fields[FIELDS])
{
	char source[LINE_MAX_BYTES], wanted[LINE_MAX_BYTES];
	char got[4 * LINE_MAX_BYTES];
	const char *name = trim(fields[0]);
	struct span s = unescape(trim(fields[1]), source);
	struct span want = unescape(trim(fields[2]), wanted), is;
	struct text t = normalise(
	    s, strncmp(name, "html ", 5) == 0 ? FORMAT_HTML : FORMAT_TEXT);

	check_invariants(&t);
	is = render(&t, got);
	if (fields[3] != NULL)
		check_counts(&t, name, fields[3]);
	if (span_equal(is, want))
		return true;
	print_error("%s: got  %.*s\n%*s  want %.*s\n", name, (int)is.n, is.p,
	    (int)strlen(name), "", (int)want.n, want.p);
	return false;
}

static void
golden_cases(void **state)
{
	FILE *f = fopen(CASES, "r");
	char line[LINE_MAX_BYTES];
	int cases = 0, failed = 0;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof line, f) != NULL) {
		char *fields[FIELDS] = {NULL}, *rest = line;

		if (line[0] == '#' || line[0] == '\n')
			continue;
		for (int i = 0; i < FIELDS && rest != NULL; i++)
			fields[i] = strsep(&rest, "|");
		assert_non_null(fields[2]);
		failed += !run_case(fields);
		cases++;
	}
	fclose(f);
	assert_true(cases > 80);
	assert_int_equal(failed, 0);
}

/* Each point's bytes, as one string with '|' between the points. */
static void
ranges_reach_their_source(void **state)
{
	static const struct {
		const char *source, *ranges;
	} cases[] = {
	    {"Ab c", "A|b| |c"},
	    {"&#1072;x", "&#1072;|x"},
	    {"\uFB01x", "\uFB01|\uFB01|x"},
	    {"e\u0301a", "e\u0301|a"},
	    {"a  \n b", "a|  \n |b"},
	    {"hiiiii!", "h|iiiii|!"},
	    {"kkkk!", "k|kkk|!"},
	    {"V<b>i</b>a", "V|i|a"},
	    {"v i a g", "v|i|a|g"},
	    {"x http://a.de", "x| |http://a.de|a||d|e"},
	    {"a+1@b.de", "a|+|1@b.de|b||d|e"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct text t =
		    normalise(span_of(cases[i].source), FORMAT_TEXT);
		char got[256];
		size_t n = 0;

		for (uint32_t k = 0; k < t.n; k++) {
			struct text_range r = t.ranges[k];

			if (k > 0)
				got[n++] = '|';
			memcpy(got + n, t.source.p + r.start, r.end - r.start);
			n += r.end - r.start;
		}
		got[n] = '\0';
		assert_string_equal(got, cases[i].ranges);
	}
}

static void
tokens_have_shapes(void **state)
{
	static const struct {
		const char *source;
		uint32_t n; /* tokens */
		enum token_kind kind;
		enum token_shape shape; /* of the first token */
	} cases[] = {
	    {"word", 1, TOKEN_WORD, SHAPE_LOWER},
	    {"WORD", 1, TOKEN_WORD, SHAPE_UPPER},
	    {"Word", 1, TOKEN_WORD, SHAPE_CAPITAL},
	    {"I", 1, TOKEN_WORD, SHAPE_CAPITAL},
	    {"wOrD", 1, TOKEN_WORD, SHAPE_MIXED},
	    {"don't 'x'", 4, TOKEN_WORD, SHAPE_LOWER},
	    {"123", 1, TOKEN_WORD, SHAPE_DIGITS},
	    {"v1", 1, TOKEN_WORD, SHAPE_ALNUM},
	    {"\uD55C\uAD6D", 1, TOKEN_WORD, SHAPE_UNCASED},
	    {"\u4F60\u597D", 2, TOKEN_WORD, SHAPE_UNCASED},
	    {"\u0410\u0411", 1, TOKEN_WORD, SHAPE_UPPER},
	    {"!!!? ", 2, TOKEN_PUNCTUATION, SHAPE_PUNCTUATION},
	    {"http://a.de", 3, TOKEN_MARK, SHAPE_MARK},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct text t =
		    normalise(span_of(cases[i].source), FORMAT_TEXT);

		if (t.n_tokens != cases[i].n ||
		    t.tokens[0].kind != cases[i].kind ||
		    t.tokens[0].shape != cases[i].shape)
			fail_msg("%s: %u tokens, kind %u, shape %u",
			    cases[i].source, t.n_tokens, t.tokens[0].kind,
			    t.tokens[0].shape);
	}
}

/* From full to zero: always an answer or a clean refusal. */
static void
a_small_arena_is_refused(void **state)
{
	struct span source = span_of("see http://example.com/a <b>now</b>");
	bool refused = true;

	(void)state;
	for (size_t size = 0; size < 8192; size++) {
		struct arena a;
		struct text t;
		int result;

		arena_init(&a, block, size);
		result = text_normalise(&t, source, FORMAT_HTML, &a);
		assert_true(result == 0 || refused);
		refused = result != 0;
	}
	assert_false(refused);
}

/*
 * The largest comment, of one sign: whatever stops at signs must not begin
 * anew at each. A millisecond; of its square it would be seconds.
 */
static void
runs_of_a_sign_are_read_once(void **state)
{
	enum { TEXT_BYTES = 32768, ROOM_BYTES = 8 << 20 };
	static const char start[] = "fr33 ca5h p1lls ";
	char *source = malloc(TEXT_BYTES), *room = malloc(ROOM_BYTES);
	clock_t before = clock();

	(void)state;
	assert_true(source != NULL && room != NULL);
	for (char sign = '!'; sign < '0'; sign++) {
		struct arena a;
		struct text t;

		memset(source, sign, TEXT_BYTES);
		memcpy(source, start, sizeof(start) - 1);
		arena_init(&a, room, ROOM_BYTES);
		assert_int_equal(
		    text_normalise(
			&t, (struct span){source, TEXT_BYTES}, FORMAT_TEXT, &a),
		    0);
	}
	assert_true(clock() - before < CLOCKS_PER_SEC);
	free(room);
	free(source);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(golden_cases),
	    cmocka_unit_test(ranges_reach_their_source),
	    cmocka_unit_test(tokens_have_shapes),
	    cmocka_unit_test(a_small_arena_is_refused),
	    cmocka_unit_test(runs_of_a_sign_are_read_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
