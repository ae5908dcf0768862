/*
 * Where a webhook may lead: a strict reader of its URL, and who may call
 * addresses that are not public. Hosts on the operator's list may be anywhere
 * and plain http; all others are https and public.
 */
#ifndef EDGE_WEBHOOK_URL_H
#define EDGE_WEBHOOK_URL_H

#include "../../core/address.h"
#include "../../core/span.h"
#include "../process/err.h"

enum { WEBHOOK_URL_BYTES_MAX = 1024 };

#define WEBHOOK_URL_EXPECTED                                                   \
	"expected an https:// URL of at most 1024 bytes, without a user"

/* What a URL says. */
struct webhook_url {
	struct span host; /* as written, an IPv6 address with its brackets */
	bool https;
};

/*
 * Reads http://host[:port]/… or https://…: printable ASCII, nothing that
 * readers could take in two ways. 0 or -1.
 */
int webhook_url_read(struct webhook_url *u, struct span url);

/* Whether a list "name,name" has what is no host of any URL. */
bool webhook_hosts_misfit(const char *list);

/* Whether the host is on that list, in any case. */
bool webhook_host_listed(const char *list, struct span host);

/* Whether a webhook may have that URL: 0, or -1 with ERR_FIELD. */
int webhook_url_check(struct span url, const char *list, struct err *e);

/* Guards the order whose host is listed or not: `arg` is a bool that says. */
bool webhook_allows(void *arg, const struct address *to);

#endif
