#include "signals.h"

#include <xxhash.h>

#include "address.h"

/*
 * Shorter texts are said by many people ("Thanks!", "+1"), so that they are
 * no repeats unless the same author or address says them.
 */
enum { SHORT_LETTERS = 8 };

static uint64_t
hash(enum signal_kind kind, const void *bytes, size_t n)
{
	return XXH3_64bits_withSeed(bytes, n, kind);
}

static uint64_t
hash_pair(enum signal_kind kind, uint64_t a, uint64_t b)
{
	uint64_t pair[2] = {a, b};

	return hash(kind, pair, sizeof(pair));
}

static unsigned char
lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

/* The hash of `s` with its ASCII letters in lower case. */
static uint64_t
hash_lower(enum signal_kind kind, struct span s)
{
	unsigned char piece[64];
	XXH3_state_t state;
	size_t n;

	XXH3_INITSTATE(&state);
	XXH3_64bits_reset_withSeed(&state, kind);
	for (size_t at = 0; at < s.n; at += n) {
		n = s.n - at < sizeof(piece) ? s.n - at : sizeof(piece);
		for (size_t i = 0; i < n; i++)
			piece[i] = lower((unsigned char)s.p[at + i]);
		XXH3_64bits_update(&state, piece, n);
	}
	return XXH3_64bits_digest(&state);
}

static int
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct span
trim(struct span s)
{
	while (s.n > 0 && is_blank(s.p[0]))
		s = (struct span){s.p + 1, s.n - 1};
	while (s.n > 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* Adds a key unless the comment has it already; whether it did. */
static bool
add(struct signal_keys *k, enum signal_kind kind, uint64_t key)
{
	for (uint32_t i = 0; i < k->n; i++)
		if (k->touches[i].key == key)
			return false;
	if (k->n == SIGNAL_KEYS_MAX)
		return false;
	k->kinds[k->n] = (uint8_t)kind;
	k->touches[k->n++] = (struct touch){.key = key, .gap_ms = -1};
	return true;
}

static void
add_author(struct signal_keys *k, const struct author *a, uint64_t text)
{
	struct span name = trim(a->name);
	struct span email = trim(a->email);
	uint64_t key;

	if (email.n > 0)
		add(k, SIGNAL_EMAIL, hash_lower(SIGNAL_EMAIL, email));
	if (a->id.n > 0)
		key = hash(SIGNAL_AUTHOR, a->id.p, a->id.n);
	else if (name.n > 0)
		key = hash_lower(SIGNAL_AUTHOR, name);
	else
		return;
	add(k, SIGNAL_AUTHOR, key);
	add(k, SIGNAL_AUTHOR_TEXT, hash_pair(SIGNAL_AUTHOR_TEXT, key, text));
}

static void
add_ip(struct signal_keys *k, struct span ip, uint64_t text)
{
	struct address a;
	uint64_t key;

	if (ip.n == 0)
		return;
	if (address_read(&a, ip)) {
		add(k, SIGNAL_NET,
		    hash(SIGNAL_NET, a.bytes, address_net_bytes(&a)));
		key = hash(SIGNAL_IP, a.bytes, sizeof(a.bytes));
	} else {
		key = hash(SIGNAL_IP, ip.p, ip.n);
	}
	add(k, SIGNAL_IP, key);
	add(k, SIGNAL_IP_TEXT, hash_pair(SIGNAL_IP_TEXT, key, text));
}

static bool
is_short(const struct text *t)
{
	return t->n > 0 && t->counts.letters + t->counts.digits < SHORT_LETTERS;
}

static void
add_text(struct signal_keys *k, const struct fingerprint *f)
{
	const uint64_t *band = f->band;

	add(k, SIGNAL_TEXT, hash(SIGNAL_TEXT, &f->text, sizeof(f->text)));
	for (int i = 0; i < FINGERPRINT_BANDS; i++)
		if (band[i] != 0)
			add(k, SIGNAL_NEAR,
			    hash(SIGNAL_NEAR, &band[i], sizeof(band[i])));
}

static void
add_hosts(struct signal_keys *k, const struct text *t)
{
	int added = 0;

	for (uint32_t i = 0; i < t->n_links && added < SIGNAL_HOSTS_MAX; i++) {
		const struct text_link *l = &t->links[i];
		struct span s = l->domain.n > 0 ? l->domain : l->host;

		if (s.n > 0)
			added +=
			    add(k, SIGNAL_HOST, hash(SIGNAL_HOST, s.p, s.n));
	}
}

void
signal_keys_of(struct signal_keys *k, const struct comment *c,
    const struct text *t, const struct fingerprint *f)
{
	struct span thread = c->thread;

	k->n = 0;
	add_author(k, &c->author, f->text);
	add_ip(k, c->author.ip, f->text);
	if (thread.n > 0)
		add(k, SIGNAL_THREAD, hash(SIGNAL_THREAD, thread.p, thread.n));
	if (!is_short(t))
		add_text(k, f);
	add_hosts(k, t);
}

bool
signal_keeps_gap(enum signal_kind kind)
{
	return kind != SIGNAL_NET && kind != SIGNAL_THREAD &&
	       kind != SIGNAL_HOST;
}

static struct signal
signal_of(const struct touch *t, enum signal_kind kind)
{
	return (struct signal){
	    .count = t->count,
	    .gap_ms = signal_keeps_gap(kind) ? t->gap_ms : -1,
	};
}

static const struct signal none = {.count = 0, .gap_ms = -1};

/* The two highest by count, in falling order, once `s` is among them. */
static void
rank(struct signal top[2], struct signal s)
{
	if (s.count > top[0].count) {
		top[1] = top[0];
		top[0] = s;
	} else if (s.count > top[1].count) {
		top[1] = s;
	}
}

struct signals
signals_of(const struct signal_keys *k)
{
	struct signal top[SIGNALS][2];
	struct signals s = {.known = true};

	for (int kind = 0; kind < SIGNALS; kind++) {
		top[kind][0] = none;
		top[kind][1] = none;
	}
	for (uint32_t i = 0; i < k->n; i++)
		rank(top[k->kinds[i]], signal_of(&k->touches[i], k->kinds[i]));
	for (int kind = 0; kind < SIGNALS; kind++)
		s.of[kind] = top[kind][kind == SIGNAL_NEAR];
	/* the same text is nearly the same text */
	if (s.of[SIGNAL_NEAR].count < s.of[SIGNAL_TEXT].count)
		s.of[SIGNAL_NEAR] = s.of[SIGNAL_TEXT];
	return s;
}

void
signals_take_own(struct signals *s)
{
	for (int kind = 0; kind < SIGNALS; kind++) {
		struct signal *one = &s->of[kind];

		one->count -= one->count > 1;
		one->gap_ms = -1;
	}
}

uint32_t
signals_trust(uint64_t approved, uint32_t after)
{
	if (after == 0 || approved < after)
		return 0;
	return approved < UINT32_MAX ? (uint32_t)approved : UINT32_MAX;
}
