/* service/core/signals: which keys a comment counts under, and what the
 * counts say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../service/core/signals.h"

/* A comment as data of a case; text is told by its hash. */
struct said {
	const char *id, *name, *email, *ip, *thread;
	uint64_t text;
	uint64_t bands[FINGERPRINT_BANDS];
	uint32_t letters; /* of a text of so many points */
	const char *hosts[6];
};

static struct span
span(const char *s)
{
	return s != NULL ? span_of(s) : (struct span){NULL, 0};
}

static struct signal_keys
keys_of(const struct said *s)
{
	struct comment c = {
	    .thread = span(s->thread),
	    .author = {.id = span(s->id),
		.name = span(s->name),
		.email = span(s->email),
		.ip = span(s->ip)},
	};
	struct fingerprint f = {.text = s->text};
	struct text_link links[6] = {0};
	struct text t = {
	    .n = s->letters, .links = links, .counts.letters = s->letters};
	struct signal_keys k;

	memcpy(f.band, s->bands, sizeof(f.band));
	for (; t.n_links < 6 && s->hosts[t.n_links] != NULL; t.n_links++)
		t.links[t.n_links].domain = span(s->hosts[t.n_links]);
	signal_keys_of(&k, &c, &t, &f, &siphash_open_key);
	return k;
}

/* How many of the keys of `a` that are of `kind` are also keys of `b`. */
static unsigned
shared(const struct signal_keys *a, const struct signal_keys *b, int kind)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < a->n; i++)
		for (uint32_t j = 0; j < b->n; j++)
			n += a->kinds[i] == kind && b->kinds[j] == kind &&
			     a->touches[i].key == b->touches[j].key;
	return n;
}

static const struct {
	const char *name;
	struct said said;
	unsigned n[SIGNALS];
} how_many[] = {
    {"an empty text is a text", {0}, {[SIGNAL_TEXT] = 1}},
    {"the seed thread", {.name = "jammy", .thread = "/a"},
	{[SIGNAL_AUTHOR] = 1,
	    [SIGNAL_AUTHOR_TEXT] = 1,
	    [SIGNAL_THREAD] = 1,
	    [SIGNAL_TEXT] = 1}},
    {"a blank name is none", {.name = " \t\r\n"}, {[SIGNAL_TEXT] = 1}},
    {"an id without a name", {.id = "7"},
	{[SIGNAL_AUTHOR] = 1, [SIGNAL_AUTHOR_TEXT] = 1, [SIGNAL_TEXT] = 1}},
    {"an address that is none", {.ip = "unknown"},
	{[SIGNAL_IP] = 1, [SIGNAL_IP_TEXT] = 1, [SIGNAL_TEXT] = 1}},
    {"an address longer than any",
	{.ip = "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa"},
	{[SIGNAL_IP] = 1, [SIGNAL_IP_TEXT] = 1, [SIGNAL_TEXT] = 1}},
    {"short texts repeat only by one author",
	{.name = "a", .ip = "192.0.2.1", .letters = 7, .bands = {1}},
	{[SIGNAL_AUTHOR] = 1,
	    [SIGNAL_AUTHOR_TEXT] = 1,
	    [SIGNAL_IP] = 1,
	    [SIGNAL_NET] = 1,
	    [SIGNAL_IP_TEXT] = 1}},
    {"long enough", {.letters = 8, .bands = {1, 0, 2}},
	{[SIGNAL_TEXT] = 1, [SIGNAL_NEAR] = 2}},
    {"a band once", {.letters = 8, .bands = {5, 5, 5, 6}},
	{[SIGNAL_TEXT] = 1, [SIGNAL_NEAR] = 2}},
    {"a host once", {.letters = 8, .hosts = {"a.tld", "b.tld", "a.tld"}},
	{[SIGNAL_TEXT] = 1, [SIGNAL_HOST] = 2}},
    {"four hosts", {.hosts = {"a", "b", "a", "c", "d", "e"}, .letters = 8},
	{[SIGNAL_TEXT] = 1, [SIGNAL_HOST] = 4}},
    {"everything",
	{.id = "7",
	    .email = "a@b.tld",
	    .ip = "2001:db8::1",
	    .thread = "t",
	    .letters = 80,
	    .bands = {1, 2, 3, 4},
	    .hosts = {"a", "b", "c", "d"}},
	{1, 1, 1, 1, 1, 1, 1, 1, 4, 4}},
};

static void
counts_what_there_is(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(how_many) / sizeof(how_many[0]); i++) {
		struct signal_keys k = keys_of(&how_many[i].said);
		unsigned n[SIGNALS] = {0};

		for (uint32_t j = 0; j < k.n; j++)
			n[k.kinds[j]]++;
		for (int kind = 0; kind < SIGNALS; kind++)
			if (n[kind] != how_many[i].n[kind])
				fail_msg("%s: %u of kind %d", how_many[i].name,
				    n[kind], kind);
	}
}

static const struct {
	const char *name;
	enum signal_kind kind;
	struct said a, b;
	bool same;
} pairs[] = {
    {"case of a name", SIGNAL_AUTHOR, {.name = "Jammy"}, {.name = "jAMMY"}, 1},
    {"edges of a name", SIGNAL_AUTHOR, {.name = " jammy\n"}, {.name = "jammy"},
	1},
    {"two names", SIGNAL_AUTHOR, {.name = "jam"}, {.name = "jammy"}, 0},
    {"a name of two mail addresses", SIGNAL_AUTHOR,
	{.name = "a", .email = "a@b.tld"}, {.name = "a", .email = "c@b.tld"},
	0},
    {"a name and its mail address", SIGNAL_AUTHOR,
	{.name = "A", .email = "a@b.tld"}, {.name = "a", .email = "A@b.tld "},
	1},
    {"a name with and without one", SIGNAL_AUTHOR,
	{.name = "a", .email = "a@b.tld"}, {.name = "a"}, 0},
    {"an id before a name", SIGNAL_AUTHOR, {.id = "7", .name = "a"},
	{.id = "7", .name = "b"}, 1},
    {"ids keep their case", SIGNAL_AUTHOR, {.id = "a7"}, {.id = "A7"}, 0},
    {"long names to the end", SIGNAL_AUTHOR,
	{.name = "0123456789012345678901234567890123456789012345678901234567"
		 "8901234567890123456789A"},
	{.name = "0123456789012345678901234567890123456789012345678901234567"
		 "8901234567890123456789B"},
	0},
    {"case of an e-mail", SIGNAL_EMAIL, {.email = "A@B.tld"},
	{.email = "a@b.TLD "}, 1},
    {"IPv4 in IPv6", SIGNAL_IP, {.ip = "::ffff:192.0.2.9"}, {.ip = "192.0.2.9"},
	1},
    {"and its network", SIGNAL_NET, {.ip = "::ffff:192.0.2.9"},
	{.ip = "192.0.2.77"}, 1},
    {"spellings of IPv6", SIGNAL_IP, {.ip = "2001:DB8:0:0::1"},
	{.ip = "2001:db8::1"}, 1},
    {"one /64", SIGNAL_IP, {.ip = "2001:db8:1:2::1"},
	{.ip = "2001:db8:1:2:ffff::9"}, 1},
    {"the next /64", SIGNAL_IP, {.ip = "2001:db8:1:2::1"},
	{.ip = "2001:db8:1:3::1"}, 0},
    {"a text of one /64", SIGNAL_IP_TEXT, {.ip = "2001:db8::1", .text = 1},
	{.ip = "2001:db8::2", .text = 1}, 1},
    {"neighbours", SIGNAL_IP, {.ip = "192.0.2.1"}, {.ip = "192.0.2.2"}, 0},
    {"/24", SIGNAL_NET, {.ip = "192.0.2.1"}, {.ip = "192.0.3.1"}, 0},
    {"/48", SIGNAL_NET, {.ip = "2001:db8:1:2::1"}, {.ip = "2001:db8:1:3::1"},
	1},
    {"outside a /48", SIGNAL_NET, {.ip = "2001:db8:1:2::1"},
	{.ip = "2001:db8:2:2::1"}, 0},
    {"no address at all", SIGNAL_IP, {.ip = "host"}, {.ip = "host"}, 1},
    {"thread", SIGNAL_THREAD, {.thread = "/a"}, {.thread = "/b"}, 0},
    {"author and text", SIGNAL_AUTHOR_TEXT, {.name = "a", .text = 1},
	{.name = "a", .text = 2}, 0},
    {"the same by the same", SIGNAL_AUTHOR_TEXT, {.name = "a", .text = 1},
	{.name = "A", .text = 1}, 1},
    {"address and text", SIGNAL_IP_TEXT, {.ip = "192.0.2.1", .text = 1},
	{.ip = "192.0.2.1", .text = 1}, 1},
    {"empty texts of two people", SIGNAL_TEXT, {.name = "a"}, {.name = "b"}, 1},
    {"texts", SIGNAL_TEXT, {.text = 1}, {.text = 2}, 0},
    {"a band at another place", SIGNAL_NEAR, {.letters = 8, .bands = {7}},
	{.letters = 8, .bands = {0, 7}}, 1},
    {"hosts", SIGNAL_HOST, {.hosts = {"a.tld"}}, {.hosts = {"b", "a.tld"}}, 1},
};

static void
same_or_not(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct signal_keys a = keys_of(&pairs[i].a);
		struct signal_keys b = keys_of(&pairs[i].b);

		if (shared(&a, &b, pairs[i].kind) != pairs[i].same)
			fail_msg("%s", pairs[i].name);
	}
}

/* One value under two kinds makes two keys. */
static void
kinds_apart(void **unused)
{
	struct said s = {.id = "x", .email = "x", .ip = "x", .thread = "x"};
	struct signal_keys k = keys_of(&s);

	(void)unused;
	for (uint32_t i = 0; i < k.n; i++)
		for (uint32_t j = 0; j < i; j++)
			assert_true(k.touches[i].key != k.touches[j].key);
}

static void
put(struct signal_keys *k, enum signal_kind kind, uint32_t count, int64_t gap)
{
	k->kinds[k->n] = (uint8_t)kind;
	k->touches[k->n++] = (struct touch){.count = count, .gap_ms = gap};
}

static void
assert_signal(const struct signals *s, enum signal_kind kind, uint32_t count,
    int64_t gap_ms)
{
	assert_int_equal(s->of[kind].count, count);
	assert_int_equal(s->of[kind].gap_ms, gap_ms);
}

static void
says_what_was_counted(void **unused)
{
	struct signal_keys k = {0};
	struct signals s;

	(void)unused;
	put(&k, SIGNAL_AUTHOR, 2, 60000);
	put(&k, SIGNAL_NET, 9, 5);
	put(&k, SIGNAL_TEXT, 3, 70);
	put(&k, SIGNAL_NEAR, 4, 10);
	put(&k, SIGNAL_NEAR, 9, 20);
	put(&k, SIGNAL_NEAR, 6, 30);
	put(&k, SIGNAL_HOST, 2, 1);
	put(&k, SIGNAL_HOST, 8, 2);
	s = signals_of(&k);
	assert_true(s.known);
	assert_signal(&s, SIGNAL_AUTHOR, 2, 60000);
	assert_signal(&s, SIGNAL_EMAIL, 0, -1);
	assert_signal(&s, SIGNAL_NET, 9, -1);
	assert_signal(&s, SIGNAL_TEXT, 3, 70);
	assert_signal(&s, SIGNAL_NEAR, 6, -1);
	assert_signal(&s, SIGNAL_HOST, 8, -1);
}

static void
one_band_is_not_near(void **unused)
{
	struct signal_keys k = {0};
	struct signals s;

	(void)unused;
	put(&k, SIGNAL_TEXT, 2, 70);
	put(&k, SIGNAL_NEAR, 9, 20);
	put(&k, SIGNAL_NEAR, 1, -1);
	s = signals_of(&k);
	assert_signal(&s, SIGNAL_NEAR, 2, -1);
}

static void
judged_again_is_no_repeat(void **state)
{
	struct signals s = {.known = true,
	    .of = {[SIGNAL_AUTHOR] = {3, 500},
		[SIGNAL_TEXT] = {2, 0},
		[SIGNAL_THREAD] = {1, -1}},
	    .trust = 4};

	(void)state;
	signals_take_own(&s);
	assert_int_equal(s.of[SIGNAL_AUTHOR].count, 2);
	assert_int_equal(s.of[SIGNAL_AUTHOR].gap_ms, -1);
	assert_int_equal(s.of[SIGNAL_TEXT].count, 1);
	assert_int_equal(s.of[SIGNAL_TEXT].gap_ms, -1);
	assert_int_equal(s.of[SIGNAL_THREAD].count, 1); /* long forgotten */
	assert_int_equal(s.of[SIGNAL_IP].count, 0);     /* has none */
	assert_int_equal(s.trust, 4);
}

static void
trust_takes_enough(void **state)
{
	static const struct {
		uint64_t approved;
		uint32_t after, trust;
	} rows[] = {
	    {2, 3, 0},
	    {3, 3, 3},
	    {9, 3, 9},
	    {9, 0, 0}, /* nobody is trusted */
	    {0, 1, 0},
	    {UINT64_MAX, 3, UINT32_MAX},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(signals_trust(rows[i].approved, rows[i].after),
		    rows[i].trust);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counts_what_there_is),
	    cmocka_unit_test(same_or_not),
	    cmocka_unit_test(kinds_apart),
	    cmocka_unit_test(says_what_was_counted),
	    cmocka_unit_test(one_band_is_not_near),
	    cmocka_unit_test(judged_again_is_no_repeat),
	    cmocka_unit_test(trust_takes_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
