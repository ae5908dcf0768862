#include "rules.h"

#include "address.h"
#include "entities.h"
#include "rules_keys.h"
#include "rules_table.h"
#include "rules_urls.h"
#include "unicode.h"
#include "utf8.h"

/* One comment on its way through the rules. */
struct matcher {
	const struct rules *rules;
	const struct rule_case *c;
	struct arena *arena;
	struct rule_find find;
};

/* Hosts of a comment, for whether they are all allowed. */
struct hosts {
	struct rule_hit allowed; /* the first of them */
	bool any, all;
};

static void
hit(struct matcher *m, enum key_space space, struct span bytes)
{
	const struct rule_set *set = rules_look_up(m->rules, space, bytes);

	if (set != NULL)
		rule_set_hit(set, &m->find);
}

/* Says in which field, all of it, to look next. */
static void
look_in(struct matcher *m, enum reason_field field, struct span value)
{
	m->find.field = field;
	m->find.source = (struct text_range){0, (uint32_t)value.n};
}

static int
match_name(struct matcher *m, struct span name)
{
	struct rule_key k;
	unsigned differ, ignored;
	int none = key_of_name(&k, name, 0, &differ, m->arena);

	for (unsigned reading = 0; none == 0;) {
		hit(m, KEY_NAME, (struct span){k.bytes, k.n});
		do
			reading++;
		while (reading < READINGS && (reading & ~differ) != 0);
		if (reading == READINGS)
			break;
		none = key_of_name(&k, name, reading, &ignored, m->arena);
	}
	return none < 0 ? -1 : 0;
}

static int
match_author(struct matcher *m)
{
	const struct author *author = &m->c->comment->author;

	look_in(m, FIELD_NONE, author->id);
	hit(m, KEY_AUTHOR, author->id);
	look_in(m, FIELD_AUTHOR_NAME, author->name);
	hit(m, KEY_AUTHOR, author->name);
	return m->rules->has[KEY_NAME] ? match_name(m, author->name) : 0;
}

/* The part of a host behind its first dot; empty: there is none. */
static struct span
parent_of(struct span host)
{
	const char *dot = memchr(host.p, '.', host.n);
	size_t skip = dot != NULL ? (size_t)(dot - host.p) + 1 : host.n;

	return (struct span){host.p + skip, host.n - skip};
}

static void
match_email(struct matcher *m)
{
	struct rule_key k;
	struct span domain;
	const char *at;

	if (!key_of_email(&k, m->c->comment->author.email))
		return;
	look_in(m, FIELD_NONE, (struct span){NULL, 0});
	hit(m, KEY_EMAIL, (struct span){k.bytes, k.n});
	at = memrchr(k.bytes, '@', k.n);
	domain.p = at + 1;
	domain.n = k.n - (size_t)(domain.p - k.bytes);
	for (; domain.n > 0; domain = parent_of(domain))
		hit(m, KEY_MAIL_DOMAIN, domain);
}

static void
match_ip(struct matcher *m)
{
	struct rule_key k;
	struct address a;

	if (!address_read(&a, m->c->comment->author.ip))
		return;
	look_in(m, FIELD_NONE, (struct span){NULL, 0});
	for (unsigned bits = 0; bits <= IP_BITS; bits++) {
		if (!m->rules->bits[bits])
			continue;
		key_of_network(&k, &a, bits);
		hit(m, KEY_IP, (struct span){k.bytes, k.n});
	}
}

static void
match_thread(struct matcher *m)
{
	struct span thread = m->c->comment->thread;

	look_in(m, FIELD_NONE, thread);
	hit(m, KEY_THREAD, thread);
	for (size_t n = 1; n <= thread.n && n <= KEY_BYTES_MAX; n++)
		if (m->rules->starts[n])
			hit(m, KEY_THREAD_START, (struct span){thread.p, n});
}

/* Whether the host of a link is written with letters that look like others. */
static bool
is_disguised(struct span text, struct text_range link)
{
	struct span s = {text.p, link.end};
	bool ignored, dot = false;
	uint32_t cp;

	for (size_t at = link.start, n; at < s.n; at += n) {
		n = s.p[at] == '&' ? entity_read(s, at, &cp) : 0;
		if (n == 0)
			n = utf8_read(s, at, &cp, &ignored);
		if (unicode_point(cp).lookalike)
			return true;
		if (dot && (cp == '/' || cp == '?' || cp == '#'))
			break;
		dot |= cp == '.';
	}
	return false;
}

/*
 * Makes a key of `host`, of a long one of its end, where the domain is; what
 * no host is stays. Whether all of it is one.
 */
static bool
fold_host(struct span *host, struct rule_key *k, bool *disguised)
{
	bool all = key_of_host(k, *host, disguised), any = all;

	if (!all && host->n > KEY_BYTES_MAX) {
		host->p += host->n - KEY_BYTES_MAX;
		host->n = KEY_BYTES_MAX;
		*host = parent_of(*host);
		any = key_of_host(k, *host, disguised);
	}
	if (any)
		*host = (struct span){k->bytes, k->n};
	return all;
}

/* Finds what lists the host or a domain that it is of. */
static void
match_host(struct matcher *m, struct hosts *h, struct span host, bool disguised)
{
	const struct rule *allowed = NULL;
	struct rule_key k;
	bool folded;

	h->all &= fold_host(&host, &k, &folded);
	for (; host.n > 0; host = parent_of(host)) {
		const struct rule_set *set =
		    rules_look_up(m->rules, KEY_HOST, host);
		struct rule_set harsh;

		if (set == NULL)
			continue;
		harsh = *set;
		harsh.of[EFFECT_ALLOW] = NULL;
		rule_set_hit(&harsh, &m->find);
		if (set->of[EFFECT_ALLOW] != NULL &&
		    !rule_is_over(set->of[EFFECT_ALLOW], m->find.now_ms))
			allowed = set->of[EFFECT_ALLOW];
	}
	h->all &= allowed != NULL && !disguised && !folded;
	if (!h->any && allowed != NULL)
		h->allowed =
		    (struct rule_hit){allowed, m->find.field, m->find.source};
	h->any |= allowed != NULL;
}

static void
match_links(struct matcher *m, struct hosts *h, const struct text *t)
{
	h->all &= !t->unread;
	for (uint32_t i = 0; i < t->n_links; i++) {
		const struct text_link *link = &t->links[i];

		m->find.source = link->source;
		match_host(
		    m, h, link->host, is_disguised(t->source, link->source));
	}
	for (uint32_t i = 0; i < t->n_further; i++) {
		const struct text_further *f = &t->further[i];

		m->find.source = f->source;
		match_host(m, h, f->host, is_disguised(t->source, f->source));
	}
}

static void
match_url(struct matcher *m, struct hosts *h, const struct url_host *url)
{
	m->find.source = url->source;
	h->all &= url->host.n > 0;
	match_host(m, h, url->host, false);
}

/* Finds where browsers go, which need not be what the text says. */
static int
match_urls(struct matcher *m, struct hosts *h, struct span source,
    enum comment_format format)
{
	size_t used = m->arena->used;
	struct url_host url;
	struct urls u;

	if (urls_open(&u, source, format, m->arena) != 0)
		return -1;
	if (m->find.field == FIELD_AUTHOR_URL && urls_whole(&u, &url))
		match_url(m, h, &url);
	while (urls_next(&u, &url))
		match_url(m, h, &url);
	h->all &= !urls_gave_up(&u);
	arena_rewind(m->arena, used);
	return 0;
}

static int
match_hosts(struct matcher *m)
{
	const struct comment *c = m->c->comment;
	struct span url = c->author.url;
	struct hosts h = {.all = true};
	struct text t;

	m->find.field = FIELD_CONTENT;
	match_links(m, &h, m->c->text);
	if (match_urls(m, &h, c->content, c->format) != 0 ||
	    text_normalise(&t, url, FORMAT_TEXT, m->arena) != 0)
		return -1;
	m->find.field = FIELD_AUTHOR_URL;
	h.all &= url.n == 0 || t.n_links > 0;
	match_links(m, &h, &t);
	if (match_urls(m, &h, url, FORMAT_TEXT) != 0)
		return -1;
	if (h.any && h.all)
		rule_hits_add(m->find.hits, &h.allowed);
	return 0;
}

static int
match_phrases(struct matcher *m)
{
	const struct rules *r = m->rules;
	size_t used = m->arena->used;
	struct rule_words w;
	unsigned differ = 0;

	m->find.field = FIELD_CONTENT;
	for (unsigned reading = 0; reading < READINGS; reading++) {
		if ((reading & ~differ) != 0)
			continue;
		if (rules_words(&w, m->c->text, reading, m->arena) != 0)
			return -1;
		if (reading == 0)
			differ = w.differ;
		phrases_match(&r->phrases, w.items, w.n, &m->find);
		phrases_match(&r->letters, w.letters, w.n_letters, &m->find);
		arena_rewind(m->arena, used);
	}
	return 0;
}

int
rules_match(const struct rules *r, const struct rule_case *c,
    struct rule_hits *hits, struct arena *a)
{
	size_t used = a->used;
	struct matcher m = {r, c, a, {.hits = hits, .now_ms = c->now_ms}};
	int failed = 0;

	if (r->has[KEY_AUTHOR])
		failed |= match_author(&m);
	if (r->has[KEY_EMAIL] || r->has[KEY_MAIL_DOMAIN])
		match_email(&m);
	if (r->has[KEY_IP])
		match_ip(&m);
	if (r->has[KEY_THREAD] || r->has[KEY_THREAD_START])
		match_thread(&m);
	if (r->has[KEY_HOST])
		failed |= match_hosts(&m);
	if (r->phrases.n_sets > 0)
		failed |= match_phrases(&m);
	arena_rewind(a, used);
	return failed;
}
