#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../service/edge/dialect/perspective_json.h"
#include "../../service/edge/format/json.h"

enum { BLOCK_BYTES = 1 << 16, BOTH = 1u << HEAD_SPAM | 1u << HEAD_ABUSE };

static unsigned char block[BLOCK_BYTES];
static const double scores[MODEL_HEADS] = {0.25, 0.75};

#define TEXT(t)                "\"comment\":{\"text\":\"" t "\"}"
#define ASK(t, attribute, how) "{" TEXT(t) "," ONE(attribute, how) "}"
#define ONE(attribute, how)                                                    \
	"\"requestedAttributes\":{\"" attribute "\":" how "}"
#define SAID         "\"languages\":[\"en-GB\"],\"clientToken\":\"t\\\"\""
#define SCORE(value) "{\"value\":" value ",\"type\":\"PROBABILITY\"}"
#define SCORES(attribute, value, end)                                          \
	"\"" attribute "\":{\"spanScores\":[{\"begin\":0,\"end\":" end         \
	",\"score\":" SCORE(value) "}],\"summaryScore\":" SCORE(value) "}"
#define ERROR(code, message, status, more)                                     \
	"{\"error\":{\"code\":" code ",\"message\":\"" message                 \
	"\",\"status\":\"" status "\"" more "}}"
#define DETAIL(type, more)                                                     \
	",\"details\":[{\"@type\":\"type.googleapis.com/google." type          \
	"\"" more "}]"

/* A request, the heads that there are, and what is answered. */
struct row {
	const char *name, *request;
	unsigned heads;
	const char *answer;
};

static const struct row rows[] = {
    {"spam", ASK("hello", "SPAM", "{}"), BOTH,
	"{\"attributeScores\":{" SCORES("SPAM", "0.25", "5") "}}"},
    {"toxicity is abuse", ASK("hello", "TOXICITY", "null"), BOTH,
	"{\"attributeScores\":{" SCORES("TOXICITY", "0.75", "5") "}}"},
    {"units of UTF-16, not code points", ASK("\xF0\x9F\x98\x80", "SPAM", "{}"),
	BOTH, "{\"attributeScores\":{" SCORES("SPAM", "0.25", "2") "}}"},
    {"at the threshold", ASK("a", "SPAM", "{\"scoreThreshold\":0.25}"), BOTH,
	"{\"attributeScores\":{" SCORES("SPAM", "0.25", "1") "}}"},
    {"below it", ASK("a", "SPAM", "{\"scoreThreshold\":0.26}"), BOTH,
	"{\"attributeScores\":{}}"},
    {"languages and token", "{" TEXT("a") "," ONE("SPAM", "{}") "," SAID "}",
	BOTH,
	"{\"attributeScores\":{" SCORES("SPAM", "0.25", "1") "}," SAID "}"},
    {"no such attribute", ASK("a", "INSULT", "{}"), BOTH,
	ERROR("400",
	    "Attribute INSULT is not supported: no model stands behind it",
	    "INVALID_ARGUMENT",
	    DETAIL("rpc.BadRequest",
		",\"fieldViolations\":[{\"field\":\"requestedAttributes.INSULT"
		"\",\"description\":\"Attribute INSULT is not supported: no "
		"model stands behind it\"}]"))},
    {"no such head", ASK("a", "TOXICITY", "{}"), 1u << HEAD_SPAM,
	ERROR("400",
	    "Attribute TOXICITY is not supported: no model stands behind it",
	    "INVALID_ARGUMENT",
	    DETAIL("rpc.BadRequest",
		",\"fieldViolations\":[{\"field\":\"requestedAttributes."
		"TOXICITY\",\"description\":\"Attribute TOXICITY is not "
		"supported: no model stands behind it\"}]"))},
    {"a language it did not learn",
	"{" TEXT("a") "," ONE("SPAM", "{}") ",\"languages\":[\"en\",\"fr\"]}",
	BOTH,
	ERROR("400", "Attribute SPAM does not support request languages: fr",
	    "INVALID_ARGUMENT",
	    DETAIL("commentanalyzer.v1alpha1.Error",
		",\"errorType\":\"LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE\","
		"\"languageNotSupportedByAttributeError\":{\"attribute\":"
		"\"SPAM\",\"requestedLanguages\":[\"en\",\"fr\"]}"))},
    {"empty", ASK("", "SPAM", "{}"), BOTH,
	ERROR("400", "Comment must be non-empty.", "INVALID_ARGUMENT",
	    DETAIL("commentanalyzer.v1alpha1.Error",
		",\"errorType\":\"COMMENT_EMPTY\""))},
    {"no object", "[]", BOTH,
	ERROR("400", "Invalid JSON payload received: expected an object",
	    "INVALID_ARGUMENT", "")},
};

/* What is answered to a row, in an arena of `bytes`. */
static struct span
answer(const struct row *row, size_t bytes, struct arena *a)
{
	struct perspective_request q;
	struct perspective_error e;
	struct err why;
	json_t *body = json_read(span_of(row->request), &why);
	struct span out;

	assert_non_null(body);
	arena_init(a, block, bytes);
	if (perspective_read(&q, body, row->heads, a, &e) == 0)
		out = perspective_write(&q, scores, a);
	else
		out = perspective_error_write(&e, a);
	json_decref(body);
	return out;
}

static void
test_answers(void **state)
{
	struct arena a;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct span out = answer(&rows[i], BLOCK_BYTES, &a);

		if (!span_equal(out, span_of(rows[i].answer)))
			fail_msg("%s: %.*s", rows[i].name, (int)out.n, out.p);
	}
}

/* From full to zero: the answer, a refusal, or nothing. */
static void
test_small_arenas(void **state)
{
	struct arena a;

	(void)state;
	for (size_t bytes = 0; bytes < 2048; bytes++)
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			struct span out = answer(&rows[i], bytes, &a);

			if (out.p != NULL &&
			    !span_equal(out, span_of(rows[i].answer)))
				assert_non_null(memmem(
				    out.p, out.n, "COMMENT_TOO_LONG", 16));
		}
}

/* What a head that is not there would score is never shown. */
static void
test_no_score_below_zero(void **state)
{
	static const double none[MODEL_HEADS] = {-1, -1};
	struct perspective_request q = {
	    .heads = {{true, -5}, {true, -5}},
	};
	struct arena a;

	(void)state;
	arena_init(&a, block, sizeof(block));
	assert_true(span_equal(perspective_write(&q, none, &a),
	    span_of("{\"attributeScores\":{}}")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_answers),
	    cmocka_unit_test(test_small_arenas),
	    cmocka_unit_test(test_no_score_below_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
