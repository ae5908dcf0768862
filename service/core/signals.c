#include "signals.h"

#include "address.h"

/*
 * Shorter texts are said by many people ("Thanks!", "+1"), so that they are
 * no repeats unless the same author or address says them.
 */
enum { SHORT_LETTERS = 8 };

/* Of some kinds there are values of two sorts, which must not meet. */
enum { OTHER_SORT = 1 << 8 };

/* Where keys go, and what they are made with. */
struct maker {
	struct signal_keys *keys;
	const struct siphash_key *secret;
	const struct fingerprint
	    *said; /* NULL: it has no text, and needs none */
};

static struct siphash
begin(const struct maker *m, unsigned sort)
{
	struct siphash s = siphash_begin(m->secret);

	siphash_word(&s, sort);
	return s;
}

static uint64_t
hash(const struct maker *m, unsigned sort, const void *bytes, size_t n)
{
	struct siphash s = begin(m, sort);

	return siphash_end(&s, bytes, n);
}

static uint64_t
hash_pair(const struct maker *m, enum signal_kind kind, uint64_t a, uint64_t b)
{
	uint64_t pair[2] = {a, b};

	return hash(m, kind, pair, sizeof(pair));
}

/* The hash of `s` with its ASCII letters in lower case. */
static uint64_t
hash_lower(const struct maker *m, unsigned sort, struct span s)
{
	struct siphash h = begin(m, sort);
	unsigned char piece[8];
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		piece[n++] = (unsigned char)span_lower(s.p[i]);
		if (n == sizeof(piece)) {
			uint64_t word;

			memcpy(&word, piece, n);
			siphash_word(&h, word);
			n = 0;
		}
	}
	return siphash_end(&h, piece, n);
}

/* Adds a key unless the comment has it already; whether it did. */
static bool
add(const struct maker *m, enum signal_kind kind, uint64_t key)
{
	struct signal_keys *k = m->keys;

	for (uint32_t i = 0; i < k->n; i++)
		if (k->touches[i].key == key)
			return false;
	if (k->n == SIGNAL_KEYS_MAX)
		return false;
	k->kinds[k->n] = (uint8_t)kind;
	k->touches[k->n++] = (struct touch){.key = key, .gap_ms = -1};
	return true;
}

/* Who it is by: the engine's id, or the name, with the mail address if there
 * is one, as two people may have one name. */
static uint64_t
hash_author(const struct maker *m, const struct author *a, struct span name,
    struct span email)
{
	uint64_t key;

	if (a->id.n > 0)
		return hash(m, SIGNAL_AUTHOR, a->id.p, a->id.n);
	key = hash_lower(m, SIGNAL_AUTHOR | OTHER_SORT, name);
	return email.n == 0 ? key
			    : hash_pair(m, SIGNAL_AUTHOR, key,
				  hash_lower(m, SIGNAL_AUTHOR, email));
}

/* What somebody said, unless it was nothing. */
static void
add_said(const struct maker *m, enum signal_kind kind, uint64_t by)
{
	if (m->said != NULL)
		add(m, kind, hash_pair(m, kind, by, m->said->text));
}

static void
add_author(const struct maker *m, const struct author *a)
{
	struct span name = span_strip(a->name);
	struct span email = span_strip(a->email);
	uint64_t key;

	if (email.n > 0)
		add(m, SIGNAL_EMAIL, hash_lower(m, SIGNAL_EMAIL, email));
	if (a->id.n == 0 && name.n == 0)
		return;
	key = hash_author(m, a, name, email);
	add(m, SIGNAL_AUTHOR, key);
	add_said(m, SIGNAL_AUTHOR_TEXT, key);
}

static void
add_ip(const struct maker *m, struct span ip)
{
	struct address a;
	uint64_t key;

	if (ip.n == 0)
		return;
	if (address_read(&a, ip)) {
		add(m, SIGNAL_NET,
		    hash(m, SIGNAL_NET, a.bytes, address_net_bytes(&a)));
		key = hash(m, SIGNAL_IP, a.bytes, address_holder_bytes(&a));
	} else {
		key = hash(m, SIGNAL_IP | OTHER_SORT, ip.p, ip.n);
	}
	add(m, SIGNAL_IP, key);
	add_said(m, SIGNAL_IP_TEXT, key);
}

static bool
is_short(const struct text *t)
{
	return t->n > 0 && t->counts.letters + t->counts.digits < SHORT_LETTERS;
}

static void
add_text(const struct maker *m, const struct fingerprint *f)
{
	const uint64_t *band = f->band;

	add(m, SIGNAL_TEXT, hash(m, SIGNAL_TEXT, &f->text, sizeof(f->text)));
	for (int i = 0; i < FINGERPRINT_BANDS; i++)
		if (band[i] != 0)
			add(m, SIGNAL_NEAR,
			    hash(m, SIGNAL_NEAR, &band[i], sizeof(band[i])));
}

static void
add_hosts(const struct maker *m, const struct text *t)
{
	int added = 0;

	for (uint32_t i = 0; i < t->n_links && added < SIGNAL_HOSTS_MAX; i++) {
		const struct text_link *l = &t->links[i];
		struct span s = l->domain.n > 0 ? l->domain : l->host;

		if (s.n > 0)
			added +=
			    add(m, SIGNAL_HOST, hash(m, SIGNAL_HOST, s.p, s.n));
	}
}

void
signal_keys_of(struct signal_keys *k, const struct comment *c,
    const struct text *t, const struct fingerprint *f,
    const struct siphash_key *key)
{
	bool says = t->n > 0 || !comment_may_lack_text(c);
	const struct maker m = {k, key, says ? f : NULL};
	struct span thread = c->thread;

	k->n = 0;
	add_author(&m, &c->author);
	add_ip(&m, c->author.ip);
	if (thread.n > 0)
		add(&m, SIGNAL_THREAD,
		    hash(&m, SIGNAL_THREAD, thread.p, thread.n));
	if (says && !is_short(t))
		add_text(&m, f);
	add_hosts(&m, t);
}

/*
 * Whether the gap of this kind says something that no other one does:
 * near-duplicates take four keys a comment, an author's mail address comes
 * with the author.
 */
static bool
keeps_gap(enum signal_kind kind)
{
	return kind == SIGNAL_AUTHOR || kind == SIGNAL_IP ||
	       kind == SIGNAL_AUTHOR_TEXT || kind == SIGNAL_IP_TEXT ||
	       kind == SIGNAL_TEXT;
}

static struct signal
signal_of(const struct touch *t, enum signal_kind kind)
{
	return (struct signal){
	    .count = t->count,
	    .now = t->now,
	    .gap_ms = keeps_gap(kind) ? t->gap_ms : -1,
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
		s.of[SIGNAL_NEAR].count = s.of[SIGNAL_TEXT].count;
	return s;
}

void
signals_take_own(struct signals *s)
{
	for (int kind = 0; kind < SIGNALS; kind++) {
		struct signal *one = &s->of[kind];

		one->now -= one->count > 1;
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
