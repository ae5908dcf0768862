/*
 * Any bytes as a text, in both formats: what text.h promises must hold, and
 * an arena too small must be refused. The first byte sizes the arena.
 */
#include "../../service/core/fingerprint.h"
#include "../../service/core/text.h"
#include "arena.h"

/* More than normalising needs for each byte, and for none. */
enum { BYTES_PER_BYTE = 64, BYTES_AT_LEAST = 16384 };

static void
check_points(const struct text *t)
{
	require(t->n <= t->source.n + 64);
	for (uint32_t i = 0; i < t->n; i++) {
		const struct text_range *r = &t->ranges[i];

		require(r->start <= r->end && r->end <= t->source.n);
		require(i == 0 || r->start >= t->ranges[i - 1].start);
		require(t->points[i] <= TEXT_EDGE && t->points[i] != 0);
	}
}

static void
check_tokens(const struct text *t)
{
	uint32_t end = 0;

	for (uint32_t i = 0; i < t->n_tokens; i++) {
		const struct token *token = &t->tokens[i];

		for (; end < token->first; end++)
			require(t->points[end] == ' ');
		require(token->first < token->last && token->shape < SHAPES);
		end = token->last;
	}
	require(end == t->n);
}

static void
check_links(const struct text *t)
{
	require(t->n_links <= t->counts.links);
	for (uint32_t i = 0; i < t->n_links; i++) {
		const struct text_link *link = &t->links[i];

		require(link->host.n > 0 && link->source.end <= t->source.n);
		require(link->source.start < link->source.end);
		require(link->domain.p >= link->host.p);
		require(link->domain.p + link->domain.n ==
			link->host.p + link->host.n);
	}
	require(t->n_further <= t->source.n / 4);
	require(t->unread || t->counts.links <= t->n_links + t->n_further);
	for (uint32_t i = 0; i < t->n_further; i++) {
		const struct text_further *f = &t->further[i];

		require(f->host.n > 0 && f->source.start < f->source.end);
		require(f->source.end <= t->source.n);
	}
}

static void
check_counts(const struct text *t)
{
	const uint32_t *count = (const uint32_t *)&t->counts;

	for (size_t i = 0; i < sizeof t->counts / sizeof *count; i++)
		require(count[i] <= t->source.n);
}

static void
check(const struct text *t)
{
	check_points(t);
	check_tokens(t);
	check_links(t);
	check_counts(t);
	fingerprint_of(t, &siphash_open_key);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span source = input_of(data, size);
	size_t most = size * BYTES_PER_BYTE + BYTES_AT_LEAST;
	size_t given = most - most / 256 * take_byte(&source);

	for (int format = FORMAT_TEXT; format <= FORMAT_HTML; format++) {
		struct arena a;
		struct text t;

		arena_open(&a, given);
		if (text_normalise(&t, source, format, &a) == 0)
			check(&t);
		else
			require(given < most / 2 + BYTES_AT_LEAST);
		arena_drop(&a);
	}
	return 0;
}
