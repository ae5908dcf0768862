#include "forwarded.h"

enum { PORT_DIGITS_MAX = 5 };

/* What the hops so far, read from the farthest to the nearest, come to. */
struct way {
	const struct forwarded_proxies *proxies;
	enum { WAY_EMPTY, WAY_FOUND, WAY_LOST } state;
	struct address client; /* only if WAY_FOUND */
};

static bool
is_proxy(const struct forwarded_proxies *p, const struct http_peer *peer)
{
	if (peer->local) /* an operator, whoever he says he asks for */
		return false;
	for (size_t i = 0; i < p->n; i++)
		if (address_block_has(&p->blocks[i], &peer->address))
			return true;
	return false;
}

/* Cuts what stands before the next comma off `rest`, trimmed. */
static struct span
next_item(struct span *rest)
{
	const char *comma = memchr(rest->p, ',', rest->n);
	size_t n = comma != NULL ? (size_t)(comma - rest->p) : rest->n;
	struct span item = {rest->p, n};

	n += comma != NULL;
	*rest = (struct span){rest->p + n, rest->n - n};
	return span_trim(item);
}

int
forwarded_read_proxies(
    struct forwarded_proxies *p, const char *list, struct err *e)
{
	struct span rest = list != NULL ? span_of(list) : (struct span){0};

	*p = (struct forwarded_proxies){0};
	while (rest.n > 0) {
		struct span item = next_item(&rest);

		if (p->n == FORWARDED_PROXIES_MAX)
			return err_set(e, ERR_INPUT,
			    "expected at most %d proxies",
			    FORWARDED_PROXIES_MAX);
		if (!address_block_read(&p->blocks[p->n++], item))
			return err_set(e, ERR_INPUT,
			    "proxy \"%.*s\": expected an address or a block "
			    "such as 10.0.0.0/8",
			    (int)(item.n < 64 ? item.n : 64), item.p);
	}
	return 0;
}

/* Nothing, or ":" and a port. */
static bool
is_port(struct span s)
{
	if (s.n == 0)
		return true;
	if (s.p[0] != ':' || s.n < 2 || s.n > 1 + PORT_DIGITS_MAX)
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

/* "[2001:db8::7]" or "[2001:db8::7]:443". */
static bool
read_bracketed(struct span s, struct address *out)
{
	const char *close = memchr(s.p, ']', s.n);
	size_t n = close != NULL ? (size_t)(close - s.p) : 0;

	return close != NULL && memchr(s.p, ':', n) != NULL &&
	       is_port((struct span){close + 1, s.n - n - 1}) &&
	       address_read(out, (struct span){s.p + 1, n - 1});
}

/* An address with or without brackets and port. */
static bool
read_node(struct span s, struct address *out)
{
	const char *colon;
	size_t n;

	if (s.n > 0 && s.p[0] == '[')
		return read_bracketed(s, out);
	if (address_read(out, s))
		return true;
	colon = s.n > 0 ? memchr(s.p, ':', s.n) : NULL;
	if (colon == NULL)
		return false;
	n = (size_t)(colon - s.p);
	return is_port((struct span){colon, s.n - n}) &&
	       address_read(out, (struct span){s.p, n});
}

/* The next hop, nearer to us than all before: it decides unless a proxy. */
static void
step(struct way *w, struct span node)
{
	struct http_peer hop = {0};

	if (!read_node(node, &hop.address)) {
		w->state = WAY_LOST;
	} else if (w->state == WAY_EMPTY || !is_proxy(w->proxies, &hop)) {
		w->state = WAY_FOUND;
		w->client = hop.address;
	}
}

static struct span
without_quotes(struct span s)
{
	bool quoted = s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"';

	return quoted ? (struct span){s.p + 1, s.n - 2} : s;
}

/* One line of X-Forwarded-For; items that are empty are none. */
static void
walk_hops(struct way *w, struct span line)
{
	while (line.n > 0) {
		struct span hop = next_item(&line);

		if (hop.n > 0)
			step(w, without_quotes(hop));
	}
}

/* RFC 9110 §5.6.2, and what many write without the quotes it needs. */
static bool
is_token(char c)
{
	if ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
		return true;
	return c != '\0' && strchr("!#$%&'*+-.^_`|~:[]", c) != NULL;
}

/* Cuts a token off `rest`; empty: there is none. */
static struct span
next_token(struct span *rest)
{
	struct span token = {rest->p, 0};

	while (token.n < rest->n && is_token(rest->p[token.n]))
		token.n++;
	*rest = (struct span){rest->p + token.n, rest->n - token.n};
	return token;
}

/*
 * Cuts off a quoted string and gives what is between its quotes, escapes and
 * all, for no address has any; p NULL: it does not end.
 */
static struct span
next_quoted(struct span *rest)
{
	size_t n = 1;

	while (n < rest->n && rest->p[n] != '"')
		n += rest->p[n] == '\\' ? 2 : 1;
	if (n >= rest->n)
		return (struct span){NULL, 0};
	*rest = (struct span){rest->p + n + 1, rest->n - n - 1};
	return (struct span){rest->p - n, n - 1};
}

/* Cuts "name=value" off `rest`; "for" fills `node`. False: ill-formed. */
static bool
next_pair(struct span *rest, struct span *node)
{
	struct span name = next_token(rest), value;

	if (name.n == 0 || rest->n < 2 || rest->p[0] != '=')
		return false;
	*rest = (struct span){rest->p + 1, rest->n - 1};
	value = rest->p[0] == '"' ? next_quoted(rest) : next_token(rest);
	if (value.p == NULL || (value.n == 0 && rest->p[-1] != '"'))
		return false;
	if (!span_is(name, "for"))
		return true;
	if (node->p != NULL)
		return false;
	*node = value;
	return true;
}

/* One line of Forwarded; false: it is ill-formed, and says nothing. */
static bool
walk_elements(struct way *w, struct span line)
{
	struct span node = {NULL, 0};
	bool any = false; /* pairs in this element */

	for (;;) {
		line = span_trim(line);
		if (line.n > 0 && line.p[0] != ',' && line.p[0] != ';') {
			if (!next_pair(&line, &node))
				return false;
			any = true;
			line = span_trim(line);
		}
		if (line.n == 0 || line.p[0] == ',') {
			if (any)
				step(w, node);
			node = (struct span){NULL, 0};
			any = false;
		} else if (line.p[0] != ';') {
			return false;
		}
		if (line.n == 0)
			return true;
		line = (struct span){line.p + 1, line.n - 1};
	}
}

static struct way
way_of_hops(const struct forwarded_proxies *p, const struct forwarded *f)
{
	struct way w = {.proxies = p};

	for (size_t i = 0; i < f->n_hops; i++)
		walk_hops(&w, f->hops[i]);
	return w;
}

static struct way
way_of_elements(const struct forwarded_proxies *p, const struct forwarded *f)
{
	struct way w = {.proxies = p};

	for (size_t i = 0; i < f->n_elements; i++)
		if (!walk_elements(&w, f->elements[i]))
			return (struct way){.state = WAY_LOST};
	return w;
}

static bool
agree(const struct way *a, const struct way *b)
{
	return a->state == WAY_FOUND && b->state == WAY_FOUND &&
	       memcmp(&a->client, &b->client, sizeof(a->client)) == 0;
}

struct http_peer
forwarded_client(const struct forwarded_proxies *p, const struct forwarded *f)
{
	struct way hops, elements, *said;

	if (!is_proxy(p, &f->peer) || f->n_hops > FORWARDED_LINES_MAX ||
	    f->n_elements > FORWARDED_LINES_MAX)
		return f->peer;
	hops = way_of_hops(p, f);
	elements = way_of_elements(p, f);
	if (f->n_hops > 0 && f->n_elements > 0 && !agree(&hops, &elements))
		return f->peer;
	said = f->n_hops > 0 ? &hops : &elements;
	if (said->state != WAY_FOUND)
		return f->peer;
	return (struct http_peer){.address = said->client};
}
