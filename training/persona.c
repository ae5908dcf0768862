#include "persona.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>

struct span
world_text(struct world *w, const char *section)
{
	char *text = phrases_text(w->phrases, section, w->deal, &w->random);
	struct span kept = pool_copy(&w->pool, span_of(text));
	free(text);
	return kept;
}

struct span
world_format(struct world *w, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	va_start(args, format);
	int n = vasprintf(&text, format, args);
	va_end(args);
	struct span made = {0};
	if (n >= 0)
		made = span_of(text);
	struct span kept = pool_copy(&w->pool, made);
	if (n >= 0)
		free(text);
	return kept;
}

struct span
world_written(struct world *w, void (*write)(FILE *out, void *arg), void *arg)
{
	char *made = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&made, &n);
	if (out == NULL)
		return (struct span){0};
	write(out, arg);
	struct span kept = {0};
	if (fclose(out) == 0)
		kept = pool_copy(&w->pool, (struct span){made, n});
	free(made);
	return kept;
}

static uint32_t
below(struct world *w, uint32_t n)
{
	return random_below(&w->random, n);
}

static int
chance(struct world *w, uint32_t percent)
{
	return random_chance(&w->random, percent);
}

/* Numbers are drawn one a statement: C leaves open in which order a call's
 * arguments are evaluated, and a seed must give the same everywhere. */
struct span
persona_ip(struct world *w)
{
	bool six = chance(w, 12);
	uint32_t part[4];
	for (int i = 0; i < 4; i++)
		part[i] = below(w, six ? 65536 : 254);
	if (six)
		return world_format(
		    w, "2001:db8:%x:%x::%x", part[0], part[1], 1 + part[2]);
	return world_format(w, "%u.%u.%u.%u", 11 + part[0] % 200, part[1],
	    part[2], 1 + part[3]);
}

struct span
persona_neighbour(struct world *w, struct span ip, int bits)
{
	size_t n = 0;
	for (int left = bits / 8; n < ip.n && left > 0; n++)
		left -= ip.p[n] == '.';
	if (n == ip.n) /* no dots: IPv6 */
		return ip;
	uint32_t host = 1 + below(w, 254);
	if (bits == 16)
		return world_format(
		    w, "%.*s%u.%u", (int)n, ip.p, below(w, 256), host);
	return world_format(w, "%.*s%u", (int)n, ip.p, host);
}

/* Letters and digits of a name, in lower case, `gap` for its spaces if any. */
static struct span
slug_of(struct world *w, struct span name, char gap)
{
	char slug[32];
	size_t n = 0;
	for (size_t i = 0; i < name.n && n < sizeof(slug) - 1; i++) {
		unsigned char c = (unsigned char)name.p[i];
		if (c == ' ' && n != 0 && gap != '\0')
			slug[n++] = gap;
		else if (c < 128 && isalnum(c))
			slug[n++] = (char)tolower(c);
	}
	return pool_copy(&w->pool, (struct span){slug, n});
}

/* A mail address of a name, and a provider. */
static struct span
mail_of(struct world *w, struct span name)
{
	struct span slug = slug_of(w, name, '.');
	const char *who = slug.n > 2 ? slug.p : "mail";
	const char *host = world_text(w, ".mail host").p;
	if (chance(w, 60))
		return world_format(w, "%s@%s", who, host);
	return world_format(w, "%s%u@%s", who, below(w, 99), host);
}

/* A page of one's own, often by one's own name. */
static struct span
page_of(struct world *w, struct span name)
{
	struct span slug = slug_of(w, name, chance(w, 12) ? '-' : '\0');
	if (slug.n < 3 || chance(w, 55))
		return world_text(w, ".own page");
	if (chance(w, 20))
		return world_format(
		    w, "%s%s", world_text(w, ".profile").p, slug.p);
	const char *scheme = chance(w, 50) ? "https://" : "http://";
	const char *www = chance(w, 40) ? "www." : "";
	const char *domain = world_text(w, ".own domain").p;
	const char *end = chance(w, 30) ? "/" : "";
	return world_format(w, "%s%s%s.%s%s", scheme, www, slug.p, domain, end);
}

struct author
persona_reader(struct world *w)
{
	struct author a = {.ip = persona_ip(w)};
	a.name =
	    chance(w, 94) ? world_text(w, ".reader name") : (struct span){0};
	if (chance(w, 70))
		a.email = mail_of(w, a.name);
	if (chance(w, 22))
		a.url = page_of(w, a.name);
	if (chance(w, 75))
		a.user_agent = world_text(w, ".browser");
	return a;
}

struct author
persona_seller(struct world *w, const char *keywords)
{
	struct author a = {.ip = persona_ip(w)};
	a.name = chance(w, 60) ? world_text(w, keywords)
			       : world_text(w, ".reader name");
	if (chance(w, 90))
		a.email = mail_of(
		    w, chance(w, 60) ? world_text(w, ".reader name") : a.name);
	if (chance(w, 90))
		a.url = world_text(w, ".sold page");
	if (chance(w, 80))
		a.user_agent =
		    world_text(w, chance(w, 35) ? ".old browser" : ".browser");
	return a;
}

struct author
persona_bot(struct world *w)
{
	struct author a = {.ip = persona_ip(w)};
	a.name = world_text(w, ".bot name");
	a.email = world_text(w, ".bot mail");
	a.url = world_text(w, ".bot page");
	a.user_agent =
	    world_text(w, chance(w, 50) ? ".old browser" : ".browser");
	return a;
}
