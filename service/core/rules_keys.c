#include "rules_keys.h"

#include "address.h"
#include "punycode.h"
#include "rules_words.h"
#include "unicode.h"
#include "utf8.h"

static bool
put_bytes(struct rule_key *k, const char *p, size_t n)
{
	if (n > (size_t)KEY_BYTES_MAX - k->n)
		return false;
	memcpy(k->bytes + k->n, p, n);
	k->n = (uint16_t)(k->n + n);
	return true;
}

/* Puts a point as it is folded; false when there is no room. */
static bool
put_folded(struct rule_key *k, uint32_t cp)
{
	uint32_t fold[UNICODE_FOLD_MAX];
	unsigned n = unicode_fold(cp, fold);
	char bytes[4];

	for (unsigned i = 0; i < n; i++)
		if (!put_bytes(k, bytes, utf8_write(fold[i], bytes)))
			return false;
	return true;
}

static bool
put_folded_text(struct rule_key *k, struct span s, bool *disguised)
{
	uint32_t cp;
	bool bad = false;

	for (size_t at = 0; at < s.n;) {
		at += utf8_read(s, at, &cp, &bad);
		*disguised |= unicode_point(cp).lookalike != 0;
		if (!put_folded(k, cp))
			return false;
	}
	return !bad;
}

static bool
put_label(struct rule_key *k, struct span label, bool *disguised)
{
	uint32_t points[PUNYCODE_POINTS_MAX], n = 0;

	if (label.n > 4 && (label.p[0] | 0x20) == 'x' &&
	    (label.p[1] | 0x20) == 'n' && label.p[2] == '-' &&
	    label.p[3] == '-')
		n = punycode_decode(
		    (struct span){label.p + 4, label.n - 4}, points);
	if (n == 0)
		return put_folded_text(k, label, disguised);
	for (uint32_t i = 0; i < n; i++) {
		*disguised |= unicode_point(points[i]).lookalike != 0;
		if (!put_folded(k, points[i]))
			return false;
	}
	return true;
}

/* Whether folded labels may make a host. */
static bool
is_host(struct span s)
{
	uint32_t cp;
	bool bad = false, label = false;

	for (size_t at = 0; at < s.n;) {
		at += utf8_read(s, at, &cp, &bad);
		if (cp == '.' && !label)
			return false;
		label = cp != '.';
		if (cp < 0x80 && label && cp != '-' && cp != '_' &&
		    unicode_point(cp).class_mask == 0)
			return false;
		if (cp == ' ' || cp == '\n')
			return false;
	}
	return label && !bad;
}

size_t
key_dot_bytes(struct span s, size_t at)
{
	static const char *const wide[] = {
	    "\xE3\x80\x82", "\xEF\xBC\x8E", "\xEF\xBD\xA1"};

	if (s.p[at] == '.')
		return 1;
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (s.n - at >= 3 && memcmp(s.p + at, wide[i], 3) == 0)
			return 3;
	return 0;
}

static bool
put_host(struct rule_key *k, struct span host, bool *disguised)
{
	size_t first = k->n, at = 0, dot = 0;

	do {
		size_t end = at;

		for (dot = 0; end < host.n && dot == 0; end += dot == 0)
			dot = key_dot_bytes(host, end);
		if ((at > 0 && !put_bytes(k, ".", 1)) ||
		    !put_label(
			k, (struct span){host.p + at, end - at}, disguised))
			return false;
		at = end + dot;
	} while (dot != 0 && at < host.n); /* the last dot is of the root */
	return is_host((struct span){k->bytes + first, k->n - first});
}

bool
key_of_host(struct rule_key *k, struct span host, bool *disguised)
{
	*disguised = false;
	k->space = KEY_HOST;
	k->n = 0;
	return put_host(k, host, disguised);
}

bool
key_of_email(struct rule_key *k, struct span email)
{
	const char *at = email.n > 0 ? memrchr(email.p, '@', email.n) : NULL;
	struct span local;
	bool ignored = false;

	k->space = KEY_EMAIL;
	k->n = 0;
	if (at == NULL || at == email.p)
		return false;
	local = (struct span){email.p, (size_t)(at - email.p)};
	return put_folded_text(k, local, &ignored) && put_bytes(k, "@", 1) &&
	       put_host(
		   k, (struct span){at + 1, email.n - local.n - 1}, &ignored);
}

/* A key of bytes as they are; empty when there are too many. */
static void
key_of_bytes(struct rule_key *k, enum key_space space, struct span bytes)
{
	k->space = (uint8_t)space;
	k->n = 0;
	put_bytes(k, bytes.p, bytes.n);
}

void
key_of_network(struct rule_key *k, const struct address *a, unsigned bits)
{
	unsigned char *bytes = (unsigned char *)k->bytes + 1;

	k->space = KEY_IP;
	k->n = 1 + sizeof(a->bytes);
	k->bytes[0] = (char)bits;
	memcpy(bytes, a->bytes, sizeof(a->bytes));
	for (unsigned i = bits; i < IP_BITS; i++)
		bytes[i / 8] &= (unsigned char)~(0x80 >> i % 8);
}

int
key_of_name(struct rule_key *k, struct span name, unsigned reading,
    unsigned *differ, struct arena *a)
{
	size_t used = a->used;
	struct text t;
	struct rule_words w;

	k->space = KEY_NAME;
	k->n = 0;
	*differ = 0;
	if (text_normalise(&t, name, FORMAT_TEXT, a) != 0 ||
	    rules_words(&w, &t, reading, a) != 0)
		return -1;
	for (uint32_t i = 0; i < w.n; i++)
		if (!put_bytes(k, (const char *)&w.items[i].hash,
			sizeof(w.items[i].hash)))
			break; /* a name of so many words is told by them */
	*differ = w.differ;
	arena_rewind(a, used);
	return w.n == 0;
}

static int
keys_of_ip(struct span value, struct rule_key *out)
{
	struct address_block b;

	if (!address_block_read(&b, value))
		return 0;
	key_of_network(out, &b.address, b.bits);
	return 1;
}

static int
keys_of_email(struct span value, struct rule_key *out)
{
	/* as hosts are written, too: *@shop.example */
	size_t skip = value.n > 2 && memcmp(value.p, "*@", 2) == 0 ? 2 : 1;
	bool ignored;

	if (value.n == 0 || value.p[skip - 1] != '@')
		return key_of_email(out, value);
	if (!key_of_host(
		out, (struct span){value.p + skip, value.n - skip}, &ignored))
		return 0;
	out->space = KEY_MAIL_DOMAIN;
	return 1;
}

static int
keys_of_host(struct span value, struct rule_key *out)
{
	size_t skip = value.n > 2 && memcmp(value.p, "*.", 2) == 0 ? 2 : 0;
	bool ignored;

	return key_of_host(
	    out, (struct span){value.p + skip, value.n - skip}, &ignored);
}

static int
keys_of_thread(struct span value, struct rule_key *out)
{
	bool start = value.n > 1 && value.p[value.n - 1] == '*';

	key_of_bytes(out, start ? KEY_THREAD_START : KEY_THREAD,
	    (struct span){value.p, value.n - start});
	return out->n > 0;
}

static int
keys_of_author(struct span value, struct rule_key *out, struct arena *a)
{
	unsigned ignored;
	int none;

	key_of_bytes(&out[0], KEY_AUTHOR, value);
	none = key_of_name(&out[1], value, 0, &ignored, a);
	if (none < 0)
		return -1;
	return out[0].n == 0 ? 0 : 2 - none;
}

int
rule_keys(
    const struct rule *r, struct rule_key out[RULE_KEYS_MAX], struct arena *a)
{
	switch ((enum rule_kind)r->kind) {
	case RULE_AUTHOR:
		return keys_of_author(r->value, out, a);
	case RULE_EMAIL:
		return keys_of_email(r->value, out);
	case RULE_IP:
		return keys_of_ip(r->value, out);
	case RULE_HOST:
		return keys_of_host(r->value, out);
	case RULE_THREAD:
		return keys_of_thread(r->value, out);
	case RULE_PHRASE:
	case RULE_REGEX:
	case RULE_KINDS:
		break;
	}
	return 0;
}
