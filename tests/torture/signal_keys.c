/*
 * signal_keys TUPLES: whether what comments count under differs wherever the
 * values do, and nowhere else, for tuples of values that might be mistaken for
 * one another. Prints how many keys there were, and how many were wrong.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../service/core/signals.h"
#include "../dice.h"

static const struct siphash_key secret = {{1, 2}};

static _Noreturn void
fail(const char *what)
{
	fprintf(stderr, "signal_keys: %s\n", what);
	exit(1);
}

/* Keys of hostile values: what was hashed, exactly, beside its key. */
struct made {
	uint64_t key;
	uint8_t sort, n;
	char bytes[14];
};

enum { VALUE_BYTES_MAX = 6, SORT_ID = 10, SORT_NAME };

static struct span
hostile(char out[VALUE_BYTES_MAX])
{
	static const char alphabet[] = {
	    ':', '{', '}', '*', '\r', '\n', '\0', 'a', 'b', 'A', '$', ' '};
	size_t n = roll(VALUE_BYTES_MAX + 1);

	for (size_t i = 0; i < n; i++)
		out[i] = alphabet[roll(sizeof(alphabet))];
	return (struct span){out, n};
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\r' || c == '\n';
}

/* A value as it counts: names and mail addresses trimmed, in lower case. */
static struct made
made_of(uint64_t key, uint8_t sort, struct span s)
{
	struct made m = {.key = key, .sort = sort};
	bool plain = sort == SORT_ID || sort == SIGNAL_THREAD;

	while (!plain && s.n > 0 && is_blank(s.p[0]))
		s = (struct span){s.p + 1, s.n - 1};
	while (!plain && s.n > 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	m.n = (uint8_t)s.n;
	for (size_t i = 0; i < s.n; i++)
		m.bytes[i] = !plain && s.p[i] == 'A' ? 'a' : s.p[i];
	return m;
}

/* An author without an id: the name, and the mail address if there is one. */
static struct made
named(uint64_t key, const struct author *a)
{
	struct made m = made_of(key, SORT_NAME, a->name);
	struct made mail = made_of(key, SIGNAL_EMAIL, a->email);

	if (mail.n == 0)
		return m;
	m.bytes[m.n++] = '@'; /* which is in neither */
	memcpy(m.bytes + m.n, mail.bytes, mail.n);
	m.n += mail.n;
	return m;
}

static int
by_key(const void *a, const void *b)
{
	const struct made *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

static int
by_value(const void *a, const void *b)
{
	const struct made *x = a, *y = b;

	return memcmp(&x->sort, &y->sort, sizeof(*x) - sizeof(x->key));
}

/* How many neighbours agree in one of the two and not in the other. */
static uint32_t
misfits(struct made *all, uint32_t n, int (*order)(const void *, const void *))
{
	uint32_t found = 0;

	qsort(all, n, sizeof(*all), order);
	for (uint32_t i = 1; i < n; i++)
		found += (by_key(&all[i - 1], &all[i]) == 0) !=
			 (by_value(&all[i - 1], &all[i]) == 0);
	return found;
}

/* The sort of value that a key of a comment was made of; NULL: of several. */
static void
note(struct made *all, uint32_t *n, const struct signal_keys *k,
    const struct comment *c)
{
	const struct author *a = &c->author;

	for (uint32_t i = 0; i < k->n; i++) {
		uint64_t key = k->touches[i].key;

		if (k->kinds[i] == SIGNAL_AUTHOR)
			all[(*n)++] = a->id.n > 0 ? made_of(key, SORT_ID, a->id)
						  : named(key, a);
		else if (k->kinds[i] == SIGNAL_EMAIL)
			all[(*n)++] = made_of(key, SIGNAL_EMAIL, a->email);
		else if (k->kinds[i] == SIGNAL_THREAD)
			all[(*n)++] = made_of(key, SIGNAL_THREAD, c->thread);
	}
}

static void
keys(uint32_t tuples)
{
	struct made *all = calloc(3 * (size_t)tuples, sizeof(*all));
	struct text none = {.n = 0};
	struct fingerprint print = {.text = 1};
	char values[4][VALUE_BYTES_MAX];
	uint32_t n = 0, wrong;

	if (all == NULL)
		fail("no memory");
	for (uint32_t i = 0; i < tuples; i++) {
		struct comment c = {
		    .author = {.id = hostile(values[0]),
			.name = hostile(values[1]),
			.email = hostile(values[2])},
		    .thread = hostile(values[3]),
		};
		struct signal_keys k;

		if (i % 2 == 0)
			c.author.id.n = 0;
		signal_keys_of(&k, &c, &none, &print, &secret);
		note(all, &n, &k, &c);
	}
	wrong = misfits(all, n, by_key) + misfits(all, n, by_value);
	printf("{\"keys\":%" PRIu32 ",\"wrong\":%" PRIu32 "}\n", n, wrong);
	free(all);
}

int
main(int argc, char **argv)
{
	if (argc != 2)
		fail("signal_keys TUPLES");
	keys((uint32_t)strtoul(argv[1], NULL, 10));
	return 0;
}
