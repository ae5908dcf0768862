/*
 * Whether a Host can only mean this machine. Whoever has a domain may let its
 * name lead here (DNS rebinding), and a browser then takes what we answer for
 * that of his page. He cannot do so with an address, nor with names that the
 * public DNS does not have; others are those that the operator lists.
 */
#ifndef EDGE_OWN_HOST_H
#define EDGE_OWN_HOST_H

#include <stdbool.h>

#include "../../core/span.h"

struct call;

/* Whether that of a Host header, "name:port", does; `listed`: "name,name". */
bool own_host_is(struct span host, const char *listed);

/* Whether the call's does; on a Unix socket there is no DNS, so any. */
bool own_host_asked(const struct call *call);

#endif
