#include "webhook_url.h"

#include "../../core/address_public.h"

static bool
is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* The span of leading bytes that are letters, digits or in `more`. */
static size_t
length_of(struct span s, const char *more)
{
	size_t n = 0;

	while (n < s.n &&
	       ((s.p[n] >= 'a' && s.p[n] <= 'z') ||
		   (s.p[n] >= 'A' && s.p[n] <= 'Z') ||
		   (s.p[n] >= '0' && s.p[n] <= '9') || is_one_of(s.p[n], more)))
		n++;
	return n;
}

/* Cuts the host off: 0 or -1. */
static int
read_host(struct webhook_url *u, struct span *s)
{
	bool bracket = s->n > 0 && s->p[0] == '[';
	size_t n = bracket ? 1 : length_of(*s, ".-_");

	if (bracket) {
		n += length_of((struct span){s->p + 1, s->n - 1}, ":.");
		if (n == s->n || s->p[n++] != ']')
			return -1;
	}
	u->host = (struct span){s->p, n};
	*s = (struct span){s->p + n, s->n - n};
	return n == 0 || n > 255 + 2 ? -1 : 0;
}

static int
read_port(struct span *s)
{
	size_t n = 1;

	if (s->n == 0 || s->p[0] != ':')
		return 0;
	while (n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
		n++;
	*s = (struct span){s->p + n, s->n - n};
	return n == 1 || n > 1 + 5 ? -1 : 0;
}

int
webhook_url_read(struct webhook_url *u, struct span url)
{
	struct span s = url;

	u->https = span_skip_word(&s, "https://");
	if ((!u->https && !span_skip_word(&s, "http://")) ||
	    url.n > WEBHOOK_URL_BYTES_MAX || read_host(u, &s) != 0 ||
	    read_port(&s) != 0)
		return -1;
	if (s.n > 0 && !is_one_of(s.p[0], "/?"))
		return -1;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' ||
		    is_one_of(s.p[i], "\\\"<>^`{|}#"))
			return -1;
	return 0;
}

/* Cuts the next name off a list, without the blanks around it. */
static struct span
next_name(const char **list)
{
	size_t n = strcspn(*list, ",");
	struct span name = {*list, n};

	*list += n + ((*list)[n] == ',');
	for (; name.n > 0 && *name.p == ' '; name.n--)
		name.p++;
	while (name.n > 0 && name.p[name.n - 1] == ' ')
		name.n--;
	return name;
}

bool
webhook_hosts_misfit(const char *list)
{
	struct webhook_url ignored;

	while (*list != '\0') {
		struct span name = next_name(&list);

		if (read_host(&ignored, &name) != 0 || name.n > 0)
			return true;
	}
	return false;
}

bool
webhook_host_listed(const char *list, struct span host)
{
	while (list != NULL && *list != '\0') {
		struct span name = next_name(&list);

		if (span_alike(name, host))
			return true;
	}
	return false;
}

int
webhook_url_check(struct span url, const char *list, struct err *e)
{
	struct webhook_url u;

	if (webhook_url_read(&u, url) != 0 ||
	    (!u.https && !webhook_host_listed(list, u.host)))
		return err_set(e, ERR_FIELD, WEBHOOK_URL_EXPECTED);
	return 0;
}

bool
webhook_allows(void *arg, const struct address *to)
{
	return *(const bool *)arg || address_is_public(to);
}
