/*
 * Three lines as an address, a block of them and a place to listen. What is
 * read is written by inet_ntop and read as the same again; a block has what
 * its bits say, counted one by one; and what is public is asked of a list of
 * blocks in words.
 */
#include <arpa/inet.h>
#include <netinet/in.h>

#include "../../service/core/address_public.h"
#include "../../service/edge/http/http_address.h"
#include "input.h"

static const char *const not_public[] = {"0.0.0.0/8", "10.0.0.0/8",
    "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
    "240.0.0.0/4", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"};

static bool
is_in(const char *block, const struct address *a)
{
	struct address_block b;

	require(address_block_read(&b, span_of(block)));
	return address_block_has(&b, a);
}

static bool
is_public(struct address a)
{
	struct address v4;

	require(address_read(&v4, span_of("0.0.0.0")));
	if (is_in("64:ff9b::/96", &a)) {
		memcpy(v4.bytes + 12, a.bytes + 12, 4);
		a = v4;
	}
	for (size_t i = 0; i < sizeof not_public / sizeof *not_public; i++)
		if (is_in(not_public[i], &a))
			return false;
	return address_is_v4(&a) || is_in("2000::/3", &a);
}

static void
check_address(struct span text)
{
	char written[INET6_ADDRSTRLEN];
	struct address a, again;

	if (!address_read(&a, text))
		return;
	require(memchr(text.p, '\0', text.n) == NULL);
	require(inet_ntop(AF_INET6, a.bytes, written, sizeof written) != NULL);
	require(address_read(&again, span_of(written)));
	require(memcmp(&a, &again, sizeof a) == 0);
	require(address_is_public(&a) == is_public(a));
	require(address_net_bytes(&a) == (address_is_v4(&a) ? 15 : 6));
	require(address_holder_bytes(&a) == (address_is_v4(&a) ? 16 : 8));
}

static bool
bit(const struct address *a, unsigned i)
{
	return a->bytes[i / 8] >> (7 - i % 8) & 1;
}

static void
check_block(struct span text, struct span other)
{
	struct address_block b;
	struct address a;
	bool has = true;

	if (!address_block_read(&b, text))
		return;
	require(memchr(text.p, '\0', text.n) == NULL);
	require(b.bits <= 128 && address_block_has(&b, &b.address));
	if (!address_read(&a, other))
		return;
	for (unsigned i = 0; i < b.bits; i++)
		has = has && bit(&a, i) == bit(&b.address, i);
	require(address_block_has(&b, &a) == has);
}

static void
check_listen(struct span line)
{
	char *text = text_of(line);
	struct http_address where;
	struct address a;
	struct err e;

	if (http_address_read(text, &where, &e) == 0)
		require(http_address_ip(
		    (const struct sockaddr *)&where.socket, &a));
	else
		require(e.code == ERR_INPUT && e.text[0] != '\0');
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = input_of(data, size);
	struct span address = take_line(&in), block = take_line(&in);

	check_address(address);
	check_block(block, address);
	check_listen(take_line(&in));
	return 0;
}
