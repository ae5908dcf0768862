#include "facets.h"

#include "../../core/fingerprint.h"
#include "../check/check_record.h"
#include "../format/json_in.h"

/*
 * Bits of reasons, by place. Those that are stored keep their meaning: names
 * are added at the end only, and none is ever taken away.
 */
static const char *const reasons[] = {
    "text",
    "author.name",
    "author.url",
    "empty",
    "length",
    "links",
    "markup",
    "contact",
    "shouting",
    "punctuation",
    "digits",
    "emoji",
    "layout",
    "repetition",
    "obfuscation",
    "script",
    "style",
    "identity",
    "agent",
    "fill_time",
    "honeypot",
    "rate.author",
    "rate.email",
    "rate.ip",
    "rate.net",
    "rate.thread",
    "repeat.author",
    "repeat.ip",
    "repeat.text",
    "near.text",
    "repeat.host",
    "trust",
    "other",
    "limit",
    "model.missing",
    "decided",
    "trusted",
    "asked",
    "list.author",
    "list.email",
    "list.ip",
    "list.host",
    "list.phrase",
    "list.thread",
    "list.regex",
    "unproven",
    "unfamiliar",
    "padded",
    "cut",
    "untried",
};
enum { REASONS = sizeof(reasons) / sizeof(reasons[0]) };

uint64_t
facet_of(struct span value, const struct comment_keys *keys)
{
	return value.n == 0 ? 0 : secrets_mac(keys->facet, value);
}

uint64_t
facet_reason(struct span name)
{
	int i = span_index(name, reasons, REASONS);

	return i < 0 ? 0 : UINT64_C(1) << i;
}

const char *
facet_reason_name(unsigned at)
{
	return at < REASONS ? reasons[at] : NULL;
}

static bool
weighs_less(const struct json_in *weight)
{
	if (weight == NULL)
		return false;
	return weight->kind == IN_REAL
		   ? weight->real < 0
		   : weight->kind == IN_INTEGER && weight->integer < 0;
}

/* The reasons that speak against the comment, or are rules. */
static uint64_t
reasons_of(const struct record *r, struct arena *a)
{
	struct err ignored;
	size_t used = a->used;
	const struct json_in *verdict = json_in_read(r->verdict, a, &ignored);
	const struct json_in *list = json_in_member(verdict, "reasons"), *one;
	uint64_t bits = 0;

	one = list != NULL && list->kind == IN_ARRAY ? list->first : NULL;
	for (; one != NULL; one = one->next) {
		const struct json_in *code = json_in_member(one, "code");

		if (code != NULL && code->kind == IN_STRING &&
		    !weighs_less(json_in_member(one, "weight")))
			bits |= facet_reason(code->text);
	}
	arena_rewind(a, used);
	return bits;
}

int
facets_read(struct text *out, const struct record *r, struct arena *a)
{
	return text_normalise(
	    out, r->content, r->html ? FORMAT_HTML : FORMAT_TEXT, a);
}

static void
add_host(struct store_facets *f, uint64_t host)
{
	for (uint32_t i = 0; i < f->n_hosts; i++)
		if (f->hosts[i] == host)
			return;
	if (host != 0 && f->n_hosts < FACET_HOSTS_MAX)
		f->hosts[f->n_hosts++] = host;
}

int
facets_describe(const void *arg, const struct record *r,
    struct store_facets *out, struct arena *a)
{
	const struct comment_keys *keys = arg;
	struct fingerprint print;
	struct text t;

	out->author = check_record_author(r, keys);
	out->net = facet_of(r->author_net, keys);
	out->thread = facet_of(r->thread, keys);
	out->reasons = reasons_of(r, a);
	if (facets_read(&t, r, a) != 0)
		return 0;
	print = fingerprint_of(&t, &keys->text);
	out->text = print.text;
	memcpy(out->band, print.band, sizeof(out->band));
	for (uint32_t i = 0; i < t.n_links; i++)
		add_host(out, facet_of(t.links[i].host, keys));
	return language_of(&t, out->lang);
}
