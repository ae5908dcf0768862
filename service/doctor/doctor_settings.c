#include "doctor_settings.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../core/address.h"
#include "../edge/http/forwarded.h"
#include "../edge/http/http_address.h"
#include "../edge/http/http_library.h"
#include "doctor.h"

enum {
	V4_BITS = 96, /* before those of an IPv4 address */
	/* no network of anybody's is larger: 10.0.0.0/8, fc00::/7 */
	WIDE_V4_BITS = V4_BITS + 8,
	WIDE_V6_BITS = 7,
};

/* ---- what they name */

/* Whether passwords or keys are in the file that --config names. */
static bool
tells_secrets(const struct config *c)
{
	struct stat st;

	return c->config != NULL && stat(c->config, &st) == 0 &&
	       (st.st_mode & 044) != 0 &&
	       (c->first_key != NULL || strchr(c->state, '@') != NULL);
}

void
doctor_look_at_settings(const struct doctor *d, struct doctor_finding *f)
{
	const struct config *c = d->config;
	const struct {
		const char *name, *path;
	} named[] = {
	    {"webhook-ca-file", c->webhook_ca_file},
	    {"retrain-corpora", c->retrain_corpora},
	    {"ui-dir", c->ui_dir},
	};

	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++) {
		if (named[i].path == NULL || access(named[i].path, R_OK) == 0)
			continue;
		doctor_say(f, DOCTOR_FAULT, "%s: %s: %s", named[i].name,
		    named[i].path, strerror(errno));
		return;
	}
	if (tells_secrets(c))
		doctor_say(f, DOCTOR_WARNING,
		    "%s may be read by others, and may hold a key or a "
		    "password: chmod 600 it",
		    c->config);
	else
		doctor_say(f, DOCTOR_OK,
		    "well-formed; moderatod config show lists them");
}

void
doctor_look_at_libraries(const struct doctor *d, struct doctor_finding *f)
{
	(void)d;
	if (http_library_cuts_in_place())
		doctor_say(
		    f, DOCTOR_OK, "libmicrohttpd %s", http_library_version());
	else
		doctor_say(f, DOCTOR_WARNING,
		    "libmicrohttpd is %s, and was tried as %s: what it skips "
		    "of requests is not refused; put a proxy in front",
		    http_library_version(), http_library_known());
}

/* ---- who can reach it */

enum reach { REACH_MACHINE, REACH_NETWORK };

static enum reach
reach_of(const char *listen)
{
	static const struct in6_addr one = IN6ADDR_LOOPBACK_INIT;
	struct http_address a;
	struct address ip;
	struct err ignored;

	if (http_address_read(listen, &a, &ignored) != 0 ||
	    !http_address_ip((const struct sockaddr *)&a.socket, &ip))
		return REACH_NETWORK;
	if (address_is_v4(&ip))
		return ip.bytes[12] == 127 ? REACH_MACHINE : REACH_NETWORK;
	return memcmp(ip.bytes, &one, sizeof(one)) == 0 ? REACH_MACHINE
							: REACH_NETWORK;
}

void
doctor_judge_listeners(const struct config *c, struct doctor_finding *f)
{
	if (reach_of(c->listen_admin) == REACH_NETWORK)
		doctor_say(f, DOCTOR_WARNING,
		    "the page of moderators, and /metrics, listen on %s: other "
		    "machines reach them, without TLS; keep them behind a "
		    "proxy with https, or a port of this machine only",
		    c->listen_admin);
	else if (reach_of(c->listen) == REACH_NETWORK &&
		 c->trusted_proxies == NULL)
		doctor_say(f, DOCTOR_WARNING,
		    "the API listens on %s: API keys and comments travel in "
		    "the clear; put a front with TLS before it, and name that "
		    "by --trusted-proxies",
		    c->listen);
	else
		doctor_say(f, DOCTOR_OK, "API %s, page %s", c->listen,
		    c->listen_admin);
}

void
doctor_look_at_listeners(const struct doctor *d, struct doctor_finding *f)
{
	doctor_judge_listeners(d->config, f);
}

/* ---- proxies */

static bool
is_wide(const struct address_block *b)
{
	return b->bits < (b->bits >= V4_BITS && address_is_v4(&b->address)
				 ? WIDE_V4_BITS
				 : WIDE_V6_BITS);
}

static bool
has_machine(const struct address_block *b)
{
	struct address v4, v6;

	return (address_read(&v4, span_of("127.0.0.1")) &&
		   address_block_has(b, &v4)) ||
	       (address_read(&v6, span_of("::1")) && address_block_has(b, &v6));
}

void
doctor_judge_proxies(const struct config *c, struct doctor_finding *f)
{
	struct forwarded_proxies p;
	struct err e;
	bool near = false;

	if (c->trusted_proxies == NULL)
		return;
	if (forwarded_read_proxies(&p, c->trusted_proxies, &e) != 0) {
		doctor_say(f, DOCTOR_FAULT, "%s", e.text);
		return;
	}
	for (size_t i = 0; i < p.n; i++) {
		near |= has_machine(&p.blocks[i]);
		if (is_wide(&p.blocks[i])) {
			doctor_say(f, DOCTOR_FAULT,
			    "block %zu of %s is as wide as the internet: "
			    "anybody there may say whose address is his: name "
			    "your proxies only",
			    i + 1, c->trusted_proxies);
			return;
		}
	}
	if (!near && reach_of(c->listen) == REACH_MACHINE)
		doctor_say(f, DOCTOR_WARNING,
		    "none of %s is this machine, and nobody else reaches %s: "
		    "clients all look like the proxy; trust 127.0.0.1",
		    c->trusted_proxies, c->listen);
	else
		doctor_say(f, DOCTOR_OK, "%s", c->trusted_proxies);
}

void
doctor_look_at_proxies(const struct doctor *d, struct doctor_finding *f)
{
	doctor_judge_proxies(d->config, f);
}
