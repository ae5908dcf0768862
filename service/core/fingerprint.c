#include "fingerprint.h"

#include <xxhash.h>

enum { GRAM = 5, LETTERS_MIN = 8 };

/* Any odd number serves as the base of the rolling hash; this is PCG's. */
static const uint64_t base = 6364136223846793005u;

/* Letters and digits as they go by, and the least hash in each bin so far. */
struct sketch {
	uint32_t last[GRAM];
	uint32_t n;
	uint64_t rolling;
	uint64_t leaving; /* base to the GRAM: the weight of what leaves */
	uint64_t least[FINGERPRINT_BANDS];
};

static void
add_gram(struct sketch *s)
{
	/* the finish of MurmurHash3: the rolling hash alone is too regular */
	uint64_t h = s->rolling;
	unsigned bin;

	h = (h ^ h >> 33) * 0xFF51AFD7ED558CCDu;
	h ^= h >> 33;
	bin = h >> 62;
	if (h < s->least[bin])
		s->least[bin] = h;
}

static void
add_letter(struct sketch *s, uint32_t cp)
{
	uint32_t slot = s->n % GRAM;

	s->rolling = s->rolling * base + cp;
	if (s->n >= GRAM)
		s->rolling -= s->last[slot] * s->leaving;
	s->last[slot] = cp;
	s->n++;
	if (s->n >= GRAM)
		add_gram(s);
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
			h += step * base;
			return h != 0 ? h : 1;
		}
		if (s->n < LETTERS_MIN)
			break;
	}
	return 0;
}

struct fingerprint
fingerprint_of(const struct text *t)
{
	struct sketch s = {.leaving = base * base * base * base * base};
	struct fingerprint f = {
	    .text = XXH3_64bits(t->points, t->n * sizeof *t->points)};

	memset(s.least, 0xFF, sizeof s.least);
	read_text(&s, t);
	for (unsigned i = 0; i < FINGERPRINT_BANDS; i++)
		f.band[i] = band_of(&s, i);
	return f;
}
