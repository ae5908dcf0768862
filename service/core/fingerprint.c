#include "fingerprint.h"

enum { GRAM = 5, LETTER_BITS = 12, LETTERS_MIN = 8 };

/* Odd numbers that mix well: PCG's multiplier and MurmurHash3's. */
#define MIX_FIRST  6364136223846793005u
#define MIX_SECOND 0xFF51AFD7ED558CCDu

/* Letters and digits as they go by, and the least hash in each bin so far. */
struct sketch {
	uint64_t window; /* the last GRAM of them, LETTER_BITS each */
	uint32_t n;
	uint64_t least[FINGERPRINT_BANDS];
};

static uint64_t
hash_of(uint64_t gram)
{
	uint64_t h = gram * MIX_FIRST;

	h = (h ^ h >> 32) * MIX_SECOND;
	return h ^ h >> 33;
}

static inline void
add_letter(struct sketch *s, uint32_t cp)
{
	const uint64_t last = (1u << LETTER_BITS) - 1;
	const uint64_t all = ((uint64_t)1 << GRAM * LETTER_BITS) - 1;
	uint64_t h, *least;

	/* exact below U+1000; few ideographs of one text fall together */
	s->window =
	    (s->window << LETTER_BITS | ((cp ^ cp >> LETTER_BITS) & last)) &
	    all;
	if (++s->n < GRAM)
		return;
	h = hash_of(s->window);
	least = &s->least[h >> 62];
	/* no branch: it could not be foretold */
	*least = h < *least ? h : *least;
}

static void
read_points(struct sketch *s, const uint32_t *points, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (points[i] != '\'')
			add_letter(s, points[i]);
}

/*
 * Reads words by the hundred, not one by one: where each ends, cannot be
 * foretold. So they are gathered first, AT_ONCE points at a time, of which
 * what is behind a word is written over.
 */
static void
read_text(struct sketch *s, const struct text *t)
{
	enum { AT_ONCE = 8, GATHERED = 512 };
	uint32_t points[GATHERED + AT_ONCE], n = 0;

	for (uint32_t i = 0; i < t->n_tokens; i++) {
		const struct token *w = &t->tokens[i];
		uint32_t end = w->kind == TOKEN_WORD ? w->last : w->first;

		for (uint32_t at = w->first; at < w->last; at += AT_ONCE) {
			uint32_t left = end > at ? end - at : 0;

			memcpy(points + n, t->points + at,
			    AT_ONCE * sizeof(*points));
			n += left < AT_ONCE ? left : AT_ONCE;
			if (n >= GATHERED) {
				read_points(s, points, n);
				n = 0;
			}
		}
	}
	read_points(s, points, n);
}

/* What band `i` gets: its own least hash, or the next bin's, told apart. */
static uint64_t
band_of(const struct sketch *s, unsigned i)
{
	for (unsigned step = 0; step < FINGERPRINT_BANDS; step++) {
		uint64_t h = s->least[(i + step) % FINGERPRINT_BANDS];

		if (h != UINT64_MAX) {
			h += step * MIX_FIRST;
			return h != 0 ? h : 1;
		}
		if (s->n < LETTERS_MIN)
			break;
	}
	return 0;
}

void
fingerprint_bands(uint64_t band[FINGERPRINT_BANDS], const struct text *t)
{
	struct sketch s = {.n = 0};

	memset(s.least, 0xFF, sizeof s.least);
	read_text(&s, t);
	for (unsigned i = 0; i < FINGERPRINT_BANDS; i++)
		band[i] = band_of(&s, i);
}

struct fingerprint
fingerprint_of(const struct text *t, const struct siphash_key *key)
{
	struct fingerprint f = {
	    .text = siphash_bytes(key, t->points, t->n * sizeof *t->points)};

	fingerprint_bands(f.band, t);
	return f;
}

bool
fingerprint_near(const struct fingerprint *a, const struct fingerprint *b)
{
	int equal = 0;

	for (unsigned i = 0; i < FINGERPRINT_BANDS; i++)
		equal += a->band[i] != 0 && a->band[i] == b->band[i];
	return a->text == b->text || equal >= 2;
}
