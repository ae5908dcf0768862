#include "routes.h"

#include <stdbool.h>
#include <stdio.h>

/*
 * Whether `path` is what `pattern` describes. The "{…}" takes what its
 * segment holds between what stands before and after it.
 */
static bool
fits(const char *pattern, struct span path, struct span *capture)
{
	struct span tail;
	size_t n = 0; /* bytes that both begin with */

	while (n < path.n && pattern[n] == path.p[n] && pattern[n] != '{' &&
	       pattern[n] != '\0')
		n++;
	*capture = (struct span){NULL, 0};
	if (pattern[n] != '{')
		return pattern[n] == '\0' && n == path.n;
	tail = span_of(strchr(pattern + n, '}') + 1);
	if (path.n <= n + tail.n)
		return false;
	capture->p = path.p + n;
	capture->n = path.n - n - tail.n;
	return span_equal(
		   (struct span){capture->p + capture->n, tail.n}, tail) &&
	       memchr(capture->p, '/', capture->n) == NULL;
}

struct route_match
route_match(const struct route *rows, size_t n, enum http_method method,
    struct span path)
{
	struct route_match m = {0};
	struct span capture;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!fits(rows[i].pattern, path, &capture))
			continue;
		if (rows[i].methods & 1u << method)
			return (struct route_match){
			    .route = &rows[i], .capture = capture};
		m.allowed |= rows[i].methods;
	}
	return m;
}

void
route_allow(unsigned methods, char out[ROUTE_ALLOW_BYTES])
{
	static const char *const names[] = {
	    [HTTP_GET] = "GET, HEAD",
	    [HTTP_POST] = "POST",
	    [HTTP_PATCH] = "PATCH",
	    [HTTP_DELETE] = "DELETE",
	};
	size_t i;
	size_t at = 0;

	out[0] = '\0';
	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		if (methods & 1u << i)
			at += (size_t)snprintf(out + at, ROUTE_ALLOW_BYTES - at,
			    "%s%s", at > 0 ? ", " : "", names[i]);
}
