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
read_text(struct sketch *s, const struct text *t)
{
	for (uint32_t i = 0; i < t->n_tokens; i++) {
		const struct token *token = &t->tokens[i];

		if (token->kind != TOKEN_WORD)
			continue;
		for (uint32_t k = token->first; k < token->last; k++)
			if (t->points[k] != '\'')
				add_letter(s, t->points[k]);
	}
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
