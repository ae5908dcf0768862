#include "own_host.h"

#include "../../core/address.h"
#include "../hook/webhook_url.h"
#include "service.h"

/* RFC 6761, RFC 6762, RFC 8375, and what ICANN keeps free. */
static const char *const private_ends[] = {
    ".localhost", ".local", ".home.arpa", ".internal"};

/* Without the port, and the brackets of IPv6. */
static struct span
name_of(struct span host)
{
	const char *end;

	if (host.n > 0 && host.p[0] == '[') {
		end = memchr(host.p, ']', host.n);
		return end == NULL ? host
				   : (struct span){host.p + 1,
					 (size_t)(end - host.p) - 1};
	}
	end = host.n == 0 ? NULL : memchr(host.p, ':', host.n);
	if (end != NULL)
		host.n = (size_t)(end - host.p);
	return host;
}

static bool
is_private(struct span name)
{
	if (memchr(name.p, '.', name.n) == NULL)
		return true;
	for (size_t i = 0; i < sizeof(private_ends) / sizeof(*private_ends);
	     i++) {
		size_t n = strlen(private_ends[i]);

		if (name.n > n && span_is((struct span){name.p + name.n - n, n},
				      private_ends[i]))
			return true;
	}
	return false;
}

bool
own_host_is(struct span host, const char *listed)
{
	struct span name = name_of(host);
	struct address ignored;

	return name.n > 0 &&
	       (address_read(&ignored, name) || is_private(name) ||
		   webhook_host_listed(listed, name));
}

bool
own_host_asked(const struct call *call)
{
	return call->request->peer.local ||
	       own_host_is(http_header(call->request, "Host"),
		   call->worker->service->admin_hosts);
}
