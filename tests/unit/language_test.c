/* Languages: of which texts they are told, and of which not. */
#include "../../service/edge/format/language.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROWS(table) (sizeof(table) / sizeof *(table))

enum { MEMORY = 32 << 20, LONG = 1 << 16 };

static const struct {
	const char *code, *text;
	enum comment_format format;
} texts[] = {
    {"en", "Thanks a lot, this is just what I was looking for."},
    {"de", "Das ist genau das, was ich gesucht habe, vielen Dank!"},
    {"de",
	"Sch&ouml;ne Gr&uuml;&szlig;e aus M&uuml;nchen, wir w&uuml;rden"
	" gerne &ouml;fter h&ouml;ren, wie es euch geht",
	FORMAT_HTML},
    {"de",
	"<b>Das</b> ist <a href=\"https://the-best.example/offers-of-the-"
	"day\">genau</a> das, was ich schon immer gesucht habe",
	FORMAT_HTML},
    {"fr", "C'est exactement ce que je cherchais, merci beaucoup"},
    {"es", "Esto es exactamente lo que estaba buscando, muchas gracias"},
    {"pt", "Isto \xc3\xa9 exatamente o que eu estava procurando, obrigado"},
    {"ru", "Это именно то, что я давно искал, большое спасибо"},
    {"uk", "Це саме те, що я давно шукав, щиро дякую вам"},
    {"ja", "これはまさに探していたものです。ありがとう"},
    {"ko", "이것이 바로 제가 찾던 것입니다 감사합니다"},
    {"zh", "这正是我要找的东西非常感谢你们的帮助"},
    {"he", "זה בדיוק מה שחיפשתי, תודה רבה לכם"},
    {"ar", "هذا بالضبط ما كنت أبحث عنه شكرا جزيلا"},
    {"hi", "यह बिल्कुल वही है जो मैं ढूंढ रहा था, धन्यवाद"},
    {"th", "นี่คือสิ่งที่ฉันกำลังมองหา ขอบคุณมาก"},
    /* short, mixed, or no words at all */
    {"", ""},
    {"", "ok"},
    {"", "Danke!"},
    {"", "1234567890 1234567890 1234567890 1234567890"},
    {"", "https://www.example.com/this/is/what/i/was/looking/for"},
    {"", "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀"},
    {"", "xqzt wvkj qqxz zzkq vxwq jjkz qwxz vkqj zxqk wqjv"},
    {"", "This is just what I was looking for; это именно то, что я искал"},
    {"", "\xff\xfe\xfd\x80\x81\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80"},
};

static struct arena
memory(void *block)
{
	struct arena a;

	arena_init(&a, block, MEMORY);
	return a;
}

static void
test_languages(void **state)
{
	void *block = malloc(MEMORY);

	(void)state;
	assert_non_null(block);
	for (size_t i = 0; i < ROWS(texts); i++) {
		struct arena a = memory(block);
		struct text t;
		char code[LANGUAGE_BYTES];

		print_message("%s\n", texts[i].text);
		assert_int_equal(text_normalise(&t, span_of(texts[i].text),
				     texts[i].format, &a),
		    0);
		language_of(&t, code);
		assert_string_equal(code, texts[i].code);
	}
	free(block);
}

/* Texts of 64 KiB: one word, one letter, marks without end, tags. */
static const char *const long_ones[] = {"a", "a ", "\xd1\x89", "e\xcc\x81",
    "<b>&ouml;</b>", "\xff", "\xf0\x9f\x98\x80",
    ("\xe2\x80\x8b"
     "a")};

static void
test_long_texts(void **state)
{
	void *block = malloc(MEMORY);
	char *text = malloc(LONG);

	(void)state;
	assert_true(block != NULL && text != NULL);
	for (size_t i = 0; i < ROWS(long_ones); i++) {
		struct span piece = span_of(long_ones[i]);
		struct arena a = memory(block);
		char code[LANGUAGE_BYTES];
		struct text t;

		for (size_t at = 0; at < LONG; at++)
			text[at] = piece.p[at % piece.n];
		assert_int_equal(text_normalise(&t, (struct span){text, LONG},
				     FORMAT_HTML, &a),
		    0);
		language_of(&t, code);
		assert_true(*code == '\0' || language_is_code(span_of(code)));
	}
	free(text);
	free(block);
}

static void
test_codes(void **state)
{
	(void)state;
	assert_true(language_is_code(span_of("de")));
	assert_true(language_is_code(span_of(LANGUAGE_UNKNOWN)));
	assert_false(language_is_code(span_of("")));
	assert_false(language_is_code(span_of("d")));
	assert_false(language_is_code(span_of("DE")));
	assert_false(language_is_code(span_of("de-D")));
	assert_false(language_is_code(span_of("d'e")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_languages),
	    cmocka_unit_test(test_long_texts),
	    cmocka_unit_test(test_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
