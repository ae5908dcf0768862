/*
 * Any bytes as a Cookie header: a token found is a whole value of a cookie of
 * our name, and the first one that there is.
 */
#include "../../service/edge/request/session.h"
#include "input.h"

static const char name[] = "__Host-sid=";
enum { NAME_BYTES = sizeof(name) - 1 };

/* Whether a cookie of our name that has a value begins at `at`. */
static bool
is_ours(struct span line, size_t at)
{
	size_t before = at;

	if (line.n - at <= NAME_BYTES ||
	    memcmp(line.p + at, name, NAME_BYTES) != 0 ||
	    line.p[at + NAME_BYTES] == ';')
		return false;
	while (before > 0 && line.p[before - 1] == ' ')
		before--;
	return at == 0 || (before > 0 && line.p[before - 1] == ';');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span line = input_of(data, size);
	struct span token = session_token(line);
	size_t at = 0;

	while (at < size && !is_ours(line, at))
		at++;
	if (at == size) {
		require(token.p == NULL);
		return 0;
	}
	require(token.p == line.p + at + NAME_BYTES && token.n > 0);
	require(memchr(token.p, ';', token.n) == NULL);
	at += NAME_BYTES + token.n;
	require(at == size || line.p[at] == ';');
	return 0;
}
