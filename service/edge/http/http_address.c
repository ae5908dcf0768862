#include "http_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

enum { PORT_MAX = 65535 };

/* The number that `text` is, -1 when it is no port. */
static int
port_of(const char *text)
{
	int port = 0;

	if (*text == '\0')
		return -1;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return -1;
		port = port * 10 + (*text - '0');
		if (port > PORT_MAX)
			return -1;
	}
	return port;
}

static int
fill_v6(struct http_address *a, const char *host, int port)
{
	struct sockaddr_in6 *in = (struct sockaddr_in6 *)&a->socket;

	in->sin6_family = AF_INET6;
	in->sin6_port = htons((uint16_t)port);
	return inet_pton(AF_INET6, host, &in->sin6_addr) == 1 ? 0 : -1;
}

static int
fill_v4(struct http_address *a, const char *host, int port)
{
	struct sockaddr_in *in = (struct sockaddr_in *)&a->socket;

	in->sin_family = AF_INET;
	in->sin_port = htons((uint16_t)port);
	if (strcmp(host, "localhost") == 0)
		host = "127.0.0.1";
	return inet_pton(AF_INET, host, &in->sin_addr) == 1 ? 0 : -1;
}

static int
fill(struct http_address *a, const char *text)
{
	char host[INET6_ADDRSTRLEN];
	const char *colon = strrchr(text, ':');
	size_t n = colon == NULL ? 0 : (size_t)(colon - text);
	int v6 = n > 2 && text[0] == '[' && text[n - 1] == ']';
	int port = colon == NULL ? -1 : port_of(colon + 1);

	if (v6) {
		text++;
		n -= 2;
	}
	if (port == -1 || n == 0 || n >= sizeof host)
		return -1;
	memcpy(host, text, n);
	host[n] = '\0';
	return v6 ? fill_v6(a, host, port) : fill_v4(a, host, port);
}

bool
http_address_ip(const struct sockaddr *from, struct address *out)
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};

	*out = (struct address){{0}};
	if (from->sa_family == AF_INET) {
		memcpy(out->bytes, mapped, sizeof mapped);
		memcpy(out->bytes + sizeof mapped,
		    &((const struct sockaddr_in *)from)->sin_addr, 4);
		return true;
	}
	if (from->sa_family != AF_INET6)
		return false;
	memcpy(out->bytes, &((const struct sockaddr_in6 *)from)->sin6_addr,
	    sizeof out->bytes);
	return true;
}

bool
http_address_is_same(const struct http_address *a, const struct http_address *b)
{
	/* where both families have it */
	const struct sockaddr_in *in = (const struct sockaddr_in *)&a->socket;

	return in->sin_port != 0 &&
	       memcmp(&a->socket, &b->socket, sizeof a->socket) == 0;
}

int
http_address_read(const char *text, struct http_address *a, struct err *e)
{
	memset(a, 0, sizeof *a);
	if (fill(a, text) == 0)
		return 0;
	return err_set(e, ERR_INPUT,
	    "address \"%.100s\": expected an address and a port such as "
	    "127.0.0.1:8080 or [::1]:8080",
	    text);
}
