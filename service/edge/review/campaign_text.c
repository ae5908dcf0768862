#include "campaign_text.h"

#include <stdlib.h>
#include <string.h>

enum {
	KEPT_MAX = 4096, /* words of a text that are compared */
	LINKS_MAX = 256, /* likewise */
};

/* Words of a text by rising hash: sorted, as in a table of strangers' words
 * all of them could be made to meet. */
struct words {
	uint64_t hashes[KEPT_MAX];
	uint32_t n;
};

/* FNV-1a over code points; of what a mark stands for, over its source. */
static uint64_t
hash_of(const struct text *t, const struct token *w)
{
	uint32_t end = t->ranges[w->last - 1].end;
	uint64_t h = 0xcbf29ce484222325u;

	for (uint32_t i = w->first; i < w->last; i++)
		h = (h ^ t->points[i]) * 0x100000001b3u;
	for (uint32_t i = t->ranges[w->first].start;
	     w->kind == TOKEN_MARK && i < end; i++)
		h = (h ^ (unsigned char)t->source.p[i]) * 0x100000001b3u;
	return h;
}

static int
by_hash(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
collect(struct words *w, const struct text *t)
{
	w->n = t->n_tokens < KEPT_MAX ? t->n_tokens : KEPT_MAX;
	for (uint32_t i = 0; i < w->n; i++)
		w->hashes[i] = hash_of(t, &t->tokens[i]);
	qsort(w->hashes, w->n, sizeof(w->hashes[0]), by_hash);
}

static bool
has(const struct words *w, uint64_t hash)
{
	return bsearch(&hash, w->hashes, w->n, sizeof(hash), by_hash) != NULL;
}

/* Takes the mark from those words of the template that `t` does not have. */
static void
compare(bool *common, uint32_t n, const struct text *template,
    const struct text *t, struct words *w)
{
	collect(w, t);
	for (uint32_t i = 0; i < n; i++)
		common[i] &= has(w, hash_of(template, &template->tokens[i]));
}

static struct span
source(const struct text *t, uint32_t from, uint32_t to)
{
	return (struct span){t->source.p + from, to - from};
}

/* Adds to the last part what is like it, or begins another. */
static void
add_part(struct campaign_text *out, struct span text, bool common)
{
	struct campaign_part *last = &out->parts[out->n_parts];

	if (text.n == 0)
		return;
	if (out->n_parts > 0 && last[-1].common == common)
		last[-1].text.n += text.n;
	else
		out->parts[out->n_parts++] =
		    (struct campaign_part){text, common};
}

/* Cuts the template; what is between two words goes with the one before. */
static void
cut(struct campaign_text *out, const struct text *t, const bool *common,
    uint32_t n)
{
	uint32_t at = 0;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t end = i + 1 < t->n_tokens
				   ? t->ranges[t->tokens[i + 1].first].start
				   : (uint32_t)t->source.n;

		if (end <= at)
			continue;
		add_part(out, source(t, at, end), common[i]);
		at = end;
	}
	add_part(out, source(t, at, (uint32_t)t->source.n), false);
}

static void
add_host(struct campaign_text *out, struct span name)
{
	uint32_t i = 0;

	while (i < out->n_hosts && !span_equal(out->hosts[i].name, name))
		i++;
	if (i == CAMPAIGN_HOSTS_MAX)
		return;
	if (i == out->n_hosts)
		out->hosts[out->n_hosts++].name = name;
	out->hosts[i].n++;
}

static bool
is_first(const struct text *t, uint32_t link)
{
	for (uint32_t i = 0; i < link; i++)
		if (span_equal(t->links[i].host, t->links[link].host))
			return false;
	return true;
}

int
campaign_text_compare(struct campaign_text *out, const struct text *texts,
    uint32_t n, struct arena *a)
{
	const struct text *first = &texts[0];
	uint32_t tokens = first->n_tokens < CAMPAIGN_WORDS_MAX
			      ? first->n_tokens
			      : CAMPAIGN_WORDS_MAX;
	struct words *w = arena_alloc(a, sizeof(*w));
	bool *common = arena_array(a, tokens + 1, sizeof(*common));

	*out = (struct campaign_text){.n_parts = 0};
	out->parts = arena_array(a, tokens + 2, sizeof(*out->parts));
	if (w == NULL || common == NULL || out->parts == NULL)
		return -1;
	memset(common, true, tokens);
	for (uint32_t i = 1; i < n; i++)
		compare(common, tokens, first, &texts[i], w);
	cut(out, first, common, tokens);
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t l = 0; l < texts[i].n_links && l < LINKS_MAX; l++)
			if (is_first(&texts[i], l))
				add_host(out, texts[i].links[l].host);
	return 0;
}
