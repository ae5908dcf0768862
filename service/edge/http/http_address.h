/*
 * The address to listen on, as people write it, as a socket address; and the
 * address in a socket address.
 */
#ifndef EDGE_HTTP_ADDRESS_H
#define EDGE_HTTP_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

#include "../../core/address.h"
#include "../process/err.h"

struct http_address {
	struct sockaddr_storage socket; /* AF_INET or AF_INET6 */
};

/*
 * Reads "127.0.0.1:8080", "[::1]:0" or "localhost:8080" (which is
 * 127.0.0.1): 0, or -1 and what was expected. Resolves no names.
 */
int http_address_read(const char *text, struct http_address *a, struct err *e);

/* Whether both are one, so that only one can listen: port 0 is any. */
bool http_address_is_same(
    const struct http_address *a, const struct http_address *b);

/* The IP address in it; false, and zero: there is none. */
bool http_address_ip(const struct sockaddr *from, struct address *out);

#endif
