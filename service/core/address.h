/*
 * IP addresses in one form: IPv6, in which IPv4 is mapped (RFC 4291 section
 * 2.5.5.2), so that one address is one value however it is written.
 */
#ifndef CORE_ADDRESS_H
#define CORE_ADDRESS_H

#include <stdbool.h>

#include "span.h"

struct address {
	unsigned char bytes[16];
	unsigned char net_bytes; /* how many of them name the network: the
				  * /24 of IPv4, the /48 of IPv6 */
};

/* Reads a textual address; false when it is none. */
bool address_read(struct address *out, struct span text);

/* Whether it is an IPv4 address, in the last 4 bytes. */
bool address_is_v4(const struct address *a);

#endif
