/* Signatures, callbacks, and what answers mean. */
#include "../../service/edge/hook/courier_message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../../service/edge/hook/callback.h"
#include "../../service/edge/hook/webhook_secret.h"
#include "../../service/edge/process/secrets_seal.h"

#define ID   "01ARZ3NDEKTSV4RRFFQ69G5FAV"
#define GUID "01563e3ab5d3d6764c61efb99302bd5b" /* the same 128 bits */

static unsigned char block[1 << 16];
static const unsigned char secret[SECRET_BYTES] = "a secret for tests";

static struct arena
fresh(void)
{
	struct arena a;

	arena_init(&a, block, sizeof block);
	return a;
}

/* The example that implementations of Standard Webhooks share. */
static void
signatures_are_the_standards(void **state)
{
	struct arena a = fresh();
	struct webhook_content c = {
	    .id = span_of("msg_p5jXN8AQM9LWM0D4loKWxJek"),
	    .at_s = 1614265330,
	    .body = span_of("{\"test\": 2432232314}"),
	};

	(void)state;
	assert_string_equal(
	    webhook_sign(
		span_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), &c, &a)
		.p,
	    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

static void
secrets_are_read_strictly(void **state)
{
	static const char *const bad[] = {"", "whsec_", "whsec_AAAA",
	    "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
	    "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
	    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa*w",
	    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n"};
	struct arena a = fresh();
	struct span made = webhook_secret_new(&a);

	(void)state;
	assert_int_equal(webhook_secret_read(made, &a).n, 32);
	assert_false(span_equal(made, webhook_secret_new(&a)));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (webhook_secret_read(span_of(bad[i]), &a).p != NULL)
			fail_msg("%s was read", bad[i]);
}

static void
a_callback_is_a_form(void **state)
{
	struct arena a = fresh();
	struct callback c;
	struct span sealed =
	    secrets_seal(secret, span_of("https://a.example/x?y\nk&1 "), &a);

	(void)state;
	assert_int_equal(callback_unseal(&c, secret, sealed, &a), 0);
	assert_string_equal(c.url.p, "https://a.example/x?y");
	assert_true(span_equal(c.key, span_of("k&1 ")));
	assert_true(span_equal(callback_form(c.key, ID, true, &a),
	    span_of("key=k%261%20&endpoint=comment-check"
		    "&comments%5B0%5D%5Bguid%5D=" GUID
		    "&comments%5B0%5D%5Bresult%5D=true")));
	assert_int_equal(
	    callback_unseal(&c, secret,
		secrets_seal(secret, span_of("no line feed"), &a), &a),
	    -1);
	assert_int_equal(callback_unseal(&c, secret, span_of(""), &a), -1);
}

static void
its_answer_says_whether_it_is_done(void **state)
{
	static const struct {
		const char *answer;
		bool done;
	} cases[] = {
	    {"{\"comments\":{\"" GUID "\":{\"status\":\"success\"}}}", true},
	    {"{\"comments\":{\"" GUID "\":{\"status\":\"error\"}}}", false},
	    {"{\"comments\":{\"x\":{\"status\":\"success\"}}}", false},
	    {"{\"comments\":[]}", false},
	    {"{\"comments\":{\"" GUID "\":\"success\"}}", false},
	    {"success", false},
	    {"", false},
	    {"[[[[[[[[[[[[[[[[[[[[[[[[", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (callback_done(span_of(cases[i].answer), ID) !=
		    cases[i].done)
			fail_msg("%s", cases[i].answer);
}

enum { NOW_MS = 1000000 };

static void
answers_mean_what_they_say(void **state)
{
	static const struct {
		unsigned status;
		enum err_code code; /* without an answer */
		uint32_t attempts;
		int64_t retry_s;
		enum delivery_state state;
		bool gone;
		int64_t wait_ms;
	} cases[] = {
	    {200, ERR_NONE, 1, 0, DELIVERY_DONE, false, 0},
	    {204, ERR_NONE, 9, 60, DELIVERY_DONE, false, 0},
	    {301, ERR_NONE, 1, 0, DELIVERY_DUE, false, 4000},
	    {400, ERR_NONE, 1, 0, DELIVERY_DUE, false, 4000},
	    {410, ERR_NONE, 1, 0, DELIVERY_FAILED, true, 0},
	    {429, ERR_NONE, 1, 60, DELIVERY_DUE, false, 60000},
	    {429, ERR_NONE, 2, 60, DELIVERY_DUE, false, 240000},
	    {503, ERR_NONE, 1, 1000000, DELIVERY_DUE, false, 86400000},
	    {503, ERR_NONE, 1, INT64_MAX, DELIVERY_DUE, false, 86400000},
	    {500, ERR_NONE, 10, 0, DELIVERY_FAILED, false, 0},
	    {0, ERR_DOWN, 1, 0, DELIVERY_DUE, false, 4000},
	    {0, ERR_BUSY, 1, 0, DELIVERY_DUE, false, 4000},
	    {0, ERR_INPUT, 1, 0, DELIVERY_FAILED, false, 0},
	    {0, ERR_BUG, 1, 0, DELIVERY_FAILED, false, 0},
	};
	struct delivery d = {.webhook = span_of("w")};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct http_order o = {
		    .status = cases[i].status, .retry_s = cases[i].retry_s};
		struct delivery_note n;

		o.err.code = cases[i].code;
		d.attempts = cases[i].attempts;
		n = message_note(&d, &o, NOW_MS, 0);
		assert_int_equal(n.state, cases[i].state);
		assert_int_equal(n.gone, cases[i].gone);
		assert_true(n.due_at_ms == NOW_MS + cases[i].wait_ms);
	}
}

/* Every size of the arena gives all of it or a clean refusal. */
static void
a_message_fits_or_is_refused(void **state)
{
	struct arena a = fresh();
	struct delivery d = {
	    .id = span_of("x-1"),
	    .webhook = span_of("w"),
	    .type = span_of("ping"),
	    .created_at_ms = NOW_MS,
	    .facts = {.url = span_of("https://a.example/"),
		.site = span_of("blog")},
	};
	struct message_maker mk = {
	    .secret = secret, .hosts = "", .arena = &a, .now_ms = NOW_MS};
	struct message m;
	struct http_order o;
	size_t used;
	int made = 0;

	(void)state;
	d.facts.secret = secrets_seal(
	    secret, span_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), &a);
	used = a.used;
	for (size_t room = 0; room < 8192; room += 61) {
		a.size = used + room;
		a.used = used;
		if (message_make(&mk, &d, &m, &o) == 0) {
			made++;
			assert_non_null(m.headers[3]);
			assert_null(m.headers[4]);
		} else {
			assert_int_equal(o.err.code, ERR_BUG);
		}
	}
	assert_true(made > 0);
	assert_true(
	    span_equal(o.body, span_of("{\"type\":\"ping\",\"timestamp\":"
				       "\"1970-01-01T00:16:40.000Z\","
				       "\"data\":{\"site\":\"blog\"}}")));
}

/* Nor is what another secret sealed lost, before that one can be back. */
static void
what_cannot_be_read_waits_for_its_secret(void **state)
{
	static const unsigned char other[SECRET_BYTES] = "of another one";
	static const char *const webhooks[] = {"w", ""};
	struct arena a = fresh();
	struct span sealed =
	    secrets_seal(other, span_of("https://a.example/\nkey"), &a);
	struct message_maker mk = {.secret = secret, .hosts = "", .arena = &a};
	struct message m;
	struct http_order o;

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct delivery d = {
		    .id = span_of("x-1"),
		    .webhook = span_of(webhooks[i / 2]),
		    .attempts = 1,
		    .facts = {.url = span_of("https://a.example/"),
			.secret = sealed,
			.callback = sealed},
		};

		mk.is_others = i % 2 == 0;
		assert_int_equal(message_make(&mk, &d, &m, &o), -1);
		assert_int_equal(message_note(&d, &o, NOW_MS, 0).state,
		    mk.is_others ? DELIVERY_DUE : DELIVERY_FAILED);
	}
}

/* The operator's list may have changed since the URL was taken. */
static void
what_is_not_listed_any_more_is_not_called(void **state)
{
	struct arena a = fresh();
	struct delivery d = {.id = span_of("x-1"),
	    .webhook = span_of("w"),
	    .facts = {.url = span_of("http://a.lan/")}};
	struct message_maker mk = {
	    .secret = secret, .hosts = "a.lan", .arena = &a};
	struct message m;
	struct http_order o;

	(void)state;
	d.facts.secret = secrets_seal(
	    secret, span_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), &a);
	assert_int_equal(message_make(&mk, &d, &m, &o), 0);
	assert_true(m.listed);
	mk.hosts = "b.lan";
	assert_int_equal(message_make(&mk, &d, &m, &o), -1);
	assert_int_equal(o.err.code, ERR_INPUT);
}

static int
set_up(void **state)
{
	struct err e;

	(void)state;
	return secrets_init(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(signatures_are_the_standards),
	    cmocka_unit_test(secrets_are_read_strictly),
	    cmocka_unit_test(a_callback_is_a_form),
	    cmocka_unit_test(its_answer_says_whether_it_is_done),
	    cmocka_unit_test(answers_mean_what_they_say),
	    cmocka_unit_test(a_message_fits_or_is_refused),
	    cmocka_unit_test(what_cannot_be_read_waits_for_its_secret),
	    cmocka_unit_test(what_is_not_listed_any_more_is_not_called),
	};

	return cmocka_run_group_tests_name(
	    "courier_message", tests, set_up, NULL);
}
