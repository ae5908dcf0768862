#include "address.h"

#include <arpa/inet.h>

static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};

bool
address_is_v4(const struct address *a)
{
	return memcmp(a->bytes, mapped, sizeof(mapped)) == 0;
}

bool
address_read(struct address *out, struct span text)
{
	char copy[INET6_ADDRSTRLEN];

	if (text.n == 0 || text.n >= sizeof(copy) ||
	    memchr(text.p, '\0', text.n) != NULL)
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	memcpy(out->bytes, mapped, sizeof(mapped));
	return inet_pton(AF_INET, copy, out->bytes + sizeof(mapped)) == 1 ||
	       inet_pton(AF_INET6, copy, out->bytes) == 1;
}

/* The number that one to three digits are, -1 for anything else. */
static int
short_number(struct span s)
{
	int n = 0;

	if (s.n < 1 || s.n > 3)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		n = n * 10 + (s.p[i] - '0');
	}
	return n;
}

bool
address_block_read(struct address_block *out, struct span text)
{
	const char *slash = text.n > 0 ? memchr(text.p, '/', text.n) : NULL;
	size_t head = slash != NULL ? (size_t)(slash - text.p) : text.n;
	/* of the address as it is written: IPv4 has 32 */
	bool v6 = head > 0 && memchr(text.p, ':', head) != NULL;
	int most = v6 ? 128 : 32, bits = most;

	if (slash != NULL)
		bits =
		    short_number((struct span){slash + 1, text.n - head - 1});
	if (bits < 0 || bits > most ||
	    !address_read(&out->address, (struct span){text.p, head}))
		return false;
	out->bits = (unsigned)(128 - most + bits);
	return true;
}

bool
address_block_has(const struct address_block *b, const struct address *a)
{
	size_t whole = b->bits / 8;
	unsigned rest = b->bits % 8;

	if (memcmp(a->bytes, b->address.bytes, whole) != 0)
		return false;
	return rest == 0 ||
	       ((a->bytes[whole] ^ b->address.bytes[whole]) >> (8 - rest)) == 0;
}
