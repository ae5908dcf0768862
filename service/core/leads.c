#include "leads.h"

#include "address.h"
#include "rules_keys.h"
#include "rules_urls.h"
#include "text_host.h"

/* Of 64: one domain is taken for another once in a million times. */
enum { DOMAIN_BITS = 6, PLACE_BITS = 6 };

static uint64_t
bits_of(struct span domain, const struct siphash_key *key)
{
	uint64_t h = siphash_bytes(key, domain.p, domain.n), bits = 0;

	for (int i = 0; i < DOMAIN_BITS; i++, h >>= PLACE_BITS)
		bits |= (uint64_t)1 << (h & ((1 << PLACE_BITS) - 1));
	return bits;
}

/* Of its registrable domain, however it is written; of what is no host, of
 * all of that. */
static uint64_t
bits_of_host(struct span host, const struct siphash_key *key)
{
	struct rule_key k;
	struct address address;
	bool ignored;
	uint32_t skip;

	if (address_read(&address, host) || !key_of_host(&k, host, &ignored) ||
	    k.n > HOST_BYTES_MAX)
		return bits_of(host, key);
	k.bytes[k.n] = '\0';
	skip = host_domain(k.bytes);
	return bits_of((struct span){k.bytes + skip, k.n - skip}, key);
}

/* Where browsers go; an address of which nobody can tell is a place itself. */
static uint64_t
bits_of_url(const struct urls *u, const struct url_host *url,
    const struct siphash_key *key)
{
	struct text_range at = url->source;
	struct span whole = {u->markup.source.p + at.start, at.end - at.start};

	return bits_of_host(url->host.n > 0 ? url->host : whole, key);
}

/* What people see. */
static uint64_t
bits_of_text(const struct text *t, const struct siphash_key *key)
{
	uint64_t all = 0;

	for (uint32_t i = 0; i < t->n_links; i++)
		all |= bits_of_host(t->links[i].host, key);
	for (uint32_t i = 0; i < t->n_further; i++)
		all |= bits_of_host(t->further[i].host, key);
	return all;
}

int
leads_of(uint64_t *out, const struct comment *c, const struct text *t,
    const struct siphash_key *key, struct arena *a)
{
	size_t used = a->used;
	struct urls in_text, field;
	struct url_host url;

	if (urls_open(&in_text, c->content, c->format, a) != 0 ||
	    urls_open(&field, c->author.url, FORMAT_TEXT, a) != 0)
		return -1;
	*out = bits_of_text(t, key);
	while (urls_next(&in_text, &url))
		*out |= bits_of_url(&in_text, &url, key);
	if (urls_whole(&field, &url))
		*out |= bits_of_url(&field, &url, key);
	arena_rewind(a, used);
	return 0;
}
