/* Forms as clients really send them: what is read, and what is passed over. */
#include "../../service/edge/format/form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "../../service/edge/format/charset.h"

enum { BLOCK_BYTES = 1 << 18 };

static unsigned char block[BLOCK_BYTES] __attribute__((aligned(16)));

static const char multipart[] = "multipart/form-data; boundary=\"b 1\"";
static const char json[] = "application/json; charset=utf-8";

/* `expected` is name=value, each with a ';' behind it. */
static const struct {
	const char *name, *type, *body, *expected;
} cases[] = {
    {"nothing", NULL, "", ""},
    {"two", NULL, "a=1&b=2", "a=1;b=2;"},
    {"escapes", NULL, "a%20b=%41%2B%2b+c", "a b=A++ c;"},
    {"UTF-8", NULL, "a=%C3%A9\xc3\xa9", "a=\xc3\xa9\xc3\xa9;"},
    {"bare key", NULL, "a&b=2&c", "a=;b=2;c=;"},
    {"empty value", NULL, "a=", "a=;"},
    {"raw = in a value", NULL, "blog=http://x/?a=b", "blog=http://x/?a=b;"},
    {"broken escapes", NULL, "a=%zz&b=%4&c=%", "a=%zz;b=%4;c=%;"},
    {"a cut escape harms nobody", NULL, "a=%4&b=1", "a=%4;b=1;"},
    {"escape over the end", NULL, "a=%4&1=2", "a=%4;1=2;"},
    {"empty pairs", NULL, "&&=v&a=1&&", "a=1;"},
    {"semicolon is data", NULL, "a=1;b=2", "a=1;b=2;"},
    {"brackets", NULL, "c%5B0%5D=x&c[]=y", "c[0]=x;c[]=y;"},
    {"odd type", "charset=utf-8", "a=1", "a=1;"},
    {"two parts", multipart,
	"--b 1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
	"--b 1\r\ncontent-disposition: form-data; filename=\"x\"; name=b\r\n"
	"Content-Type: text/plain\r\n\r\n2\r\n3\r\n--b 1--\r\n",
	"a=1;b=2\r\n3;"},
    {"preamble", multipart,
	"hello\r\n--b 1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"
	"\r\n--b 1--",
	"a=;"},
    {"part without an end", multipart,
	"--b 1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1", ""},
    {"part without a name", multipart, "--b 1\r\nX: y\r\n\r\n1\r\n--b 1--", ""},
    {"no boundary", "multipart/form-data", "--b\r\n\r\n1", ""},
    {"JSON", json, "{\"a\":\"x\",\"b\":7,\"c\":true,\"d\":null,\"e\":[1]}",
	"a=x;b=7;c=true;"},
    {"numbers of JSON", json, "{\"a\":0.25,\"b\":-1e-300,\"c\":7.0}",
	"a=0.25;b=-1e-300;c=7;"},
};

static void
write_form(const struct form *f, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (uint32_t i = 0; i < f->n; i++)
		n += (size_t)snprintf(out + n, size - n, "%.*s=%.*s;",
		    (int)f->fields[i].name.n, f->fields[i].name.p,
		    (int)f->fields[i].value.n, f->fields[i].value.p);
}

static struct span
or_empty(const char *s)
{
	return s == NULL ? (struct span){NULL, 0} : span_of(s);
}

static void
test_fields_are_read(void **state)
{
	char got[256];
	struct arena a;
	struct form f;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("%s\n", cases[i].name);
		arena_init(&a, block, BLOCK_BYTES);
		assert_int_equal(form_init(&f, &a), 0);
		assert_int_equal(form_add_body(&f, span_of(cases[i].body),
				     or_empty(cases[i].type)),
		    0);
		write_form(&f, got, sizeof(got));
		assert_string_equal(got, cases[i].expected);
	}
}

static void
test_the_last_field_counts(void **state)
{
	struct arena a;
	struct form f;

	(void)state;
	arena_init(&a, block, BLOCK_BYTES);
	assert_int_equal(form_init(&f, &a), 0);
	assert_int_equal(
	    form_add_urlencoded(&f, span_of("a=1&b=x%00y&a=2")), 0);
	assert_true(span_equal(form_get(&f, span_of("a")), span_of("2")));
	assert_int_equal(form_get(&f, span_of("b")).n, 3);
	assert_null(form_get(&f, span_of("c")).p);
}

static void
test_broken_json_is_told(void **state)
{
	struct arena a;
	struct form f;

	(void)state;
	arena_init(&a, block, BLOCK_BYTES);
	assert_int_equal(form_init(&f, &a), 0);
	assert_int_equal(form_add_json(&f, span_of("{\"a\":")), 1);
	assert_int_equal(form_add_json(&f, span_of("[1]")), 1);
	assert_int_equal(f.n, 0);
}

static void
test_too_many_are_refused(void **state)
{
	static char body[2 * FORM_FIELDS_MAX + 2];
	struct arena a;
	struct form f;

	(void)state;
	for (size_t i = 0; i + 1 < sizeof(body); i += 2)
		memcpy(body + i, "a&", 2);
	arena_init(&a, block, BLOCK_BYTES);
	assert_int_equal(form_init(&f, &a), 0);
	assert_int_equal(
	    form_add_urlencoded(&f, (struct span){body, 2 * FORM_FIELDS_MAX}),
	    0);
	assert_int_equal(f.n, FORM_FIELDS_MAX);
	assert_int_equal(form_add_urlencoded(&f, span_of("a")), -1);
}

/* Fields or not: a byte of `{},` costs sixteen as a value. */
static void
test_many_values_fill_no_memory(void **state)
{
	enum { BODY_BYTES = 3 << 18, FEW = 1000, BYTES_MAX = 1 << 20 };
	static unsigned char large[1 << 24] __attribute__((aligned(16)));
	static char body[BODY_BYTES];
	struct arena a;
	struct form f;

	(void)state;
	memcpy(body, "{\"a\":[", 6);
	for (size_t i = 6; i + 3 < sizeof(body); i += 3)
		memcpy(body + i, "{},", 3);
	arena_init(&a, large, sizeof(large));
	assert_int_equal(form_init(&f, &a), 0);
	assert_int_equal(
	    form_add_json(&f, (struct span){body, sizeof(body)}), -1);
	assert_in_range(a.used, 0, BODY_BYTES + BYTES_MAX);
	memcpy(body + 6 + 3 * FEW, "{}]}", 5);
	arena_init(&a, large, sizeof(large));
	assert_int_equal(form_init(&f, &a), 0);
	assert_int_equal(form_add_json(&f, span_of(body)), 0);
	assert_int_equal(f.n, 0);
}

static const struct {
	const char *name, *charset, *text, *expected;
	size_t bytes;
} charsets[] = {
    {"UTF-8", "UTF-8", "caf\xc3\xa9", "caf\xc3\xa9", 99},
    {"none named", "", "caf\xc3\xa9", "caf\xc3\xa9", 99},
    {"bad UTF-8", "utf-8",
	"a\xff"
	"b\xc3",
	"a\xef\xbf\xbd"
	"b\xef\xbf\xbd",
	99},
    {"cut between points", "utf-8", "caf\xc3\xa9", "caf", 4},
    {"bad and cut", "utf-8", "\xff\xff\xff", "\xef\xbf\xbd", 5},
    {"latin 1", "ISO-8859-1", "caf\xe9", "caf\xc3\xa9", 99},
    {"euro", "windows-1252", "\x80 5", "\xe2\x82\xac 5", 99},
    {"latin 1, cut", "latin1", "\xe9\xe9\xe9", "\xc3\xa9", 3},
    {"one we do not know", "koi8-r", "\xe9", "\xef\xbf\xbd", 99},
};

static void
test_charsets(void **state)
{
	struct arena a;
	struct span got;

	(void)state;
	for (size_t i = 0; i < sizeof(charsets) / sizeof(charsets[0]); i++) {
		print_message("%s\n", charsets[i].name);
		arena_init(&a, block, BLOCK_BYTES);
		got = charset_read(span_of(charsets[i].text),
		    charset_named(span_of(charsets[i].charset)),
		    charsets[i].bytes, &a);
		assert_true(span_equal(got, span_of(charsets[i].expected)));
	}
}

static void
test_numbers(void **state)
{
	static const struct {
		const char *text;
		int64_t expected; /* 0: none, and it stays; -1: not one */
	} rows[] = {
	    {NULL, 0},
	    {"", -1},
	    {"1", 1},
	    {"0012", 12},
	    {"500", 500},
	    {"501", -1},
	    {"0", -1},
	    {"-1", -1},
	    {"+1", -1},
	    {" 1", -1},
	    {"1x", -1},
	    {"1.0", -1},
	    {"18446744073709551617", -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t n = 0;
		int got = form_number(or_empty(rows[i].text), 1, 500, &n);

		assert_int_equal(got, rows[i].expected < 0 ? -1 : 0);
		assert_int_equal(n, got == 0 ? rows[i].expected : 0);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_fields_are_read),
	    cmocka_unit_test(test_the_last_field_counts),
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_broken_json_is_told),
	    cmocka_unit_test(test_too_many_are_refused),
	    cmocka_unit_test(test_many_values_fill_no_memory),
	    cmocka_unit_test(test_charsets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
