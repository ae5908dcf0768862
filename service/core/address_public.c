#include "address_public.h"

#include <stdint.h>

/* The first `bits` of an address. */
struct net {
	uint32_t prefix; /* its first 32 bits */
	unsigned bits;
};

/* IANA's special-purpose registry, multicast and what is reserved. */
static const struct net not_public_v4[] = {
    {0x00000000, 8},  /* this network */
    {0x0a000000, 8},  /* private */
    {0x64400000, 10}, /* carrier-grade NAT */
    {0x7f000000, 8},  /* loopback */
    {0xa9fe0000, 16}, /* link-local, metadata of clouds */
    {0xac100000, 12}, /* private */
    {0xc0000000, 24}, /* protocol assignments */
    {0xc0000200, 24}, /* documentation */
    {0xc0586300, 24}, /* relays to 6to4 */
    {0xc0a80000, 16}, /* private */
    {0xc6120000, 15}, /* benchmarks */
    {0xc6336400, 24}, /* documentation */
    {0xcb007100, 24}, /* documentation */
    {0xe0000000, 4},  /* multicast */
    {0xf0000000, 4},  /* reserved, broadcast */
};

/* Of 2000::/3, outside of which nothing is public. */
static const struct net not_public_v6[] = {
    {0x20010000, 23}, /* protocol assignments, Teredo */
    {0x20010db8, 32}, /* documentation */
    {0x20020000, 16}, /* 6to4: stands for an IPv4 address */
    {0x3fff0000, 20}, /* documentation */
};

/* 64:ff9b::/96: stands for an IPv4 address where there is no other way. */
static const unsigned char nat64[12] = {0x00, 0x64, 0xff, 0x9b};

static uint32_t
word_at(const struct address *a, unsigned byte)
{
	const unsigned char *p = a->bytes + byte;

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static bool
is_in(uint32_t word, const struct net *nets, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((word ^ nets[i].prefix) >> (32 - nets[i].bits) == 0)
			return true;
	return false;
}

bool
address_is_public(const struct address *a)
{
	if (address_is_v4(a) || memcmp(a->bytes, nat64, sizeof nat64) == 0)
		return !is_in(word_at(a, 12), not_public_v4,
		    sizeof not_public_v4 / sizeof *not_public_v4);
	return a->bytes[0] >> 5 == 1 &&
	       !is_in(word_at(a, 0), not_public_v6,
		   sizeof not_public_v6 / sizeof *not_public_v6);
}
