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
};

/* Reads a textual address; false when it is none. */
bool address_read(struct address *out, struct span text);

/* Whether it is an IPv4 address, in the last 4 bytes. */
bool address_is_v4(const struct address *a);

/* How many of the bytes name the network: the /24 of IPv4, else the /48. */
static inline size_t
address_net_bytes(const struct address *a)
{
	return address_is_v4(a) ? 12 + 24 / 8 : 48 / 8;
}

/* How many of them name who has it: all of IPv4, of IPv6 the /64 of a
 * customer, who may take any address in it. */
static inline size_t
address_holder_bytes(const struct address *a)
{
	return address_is_v4(a) ? sizeof(a->bytes) : 64 / 8;
}

/* The addresses whose first bits are those of one. */
struct address_block {
	struct address address;
	unsigned bits; /* 0 to 128, an IPv4 address's 96 more than written */
};

/* Reads "192.0.2.0/24", "2001:db8::/32" or an address; false: neither. */
bool address_block_read(struct address_block *out, struct span text);

bool address_block_has(const struct address_block *b, const struct address *a);

#endif
