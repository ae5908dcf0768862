/*
 * Any bytes as the URL of a webhook: what is taken, libcurl, which calls it,
 * reads the same way: scheme and host, and no user in front of it. A number
 * as a host is an address to it, which the guard looks at (webhook_url.h).
 */
#include <curl/curl.h>
#include <strings.h>

#include "../../service/edge/hook/webhook_url.h"
#include "input.h"

static bool
same_text(struct span a, struct span b)
{
	return a.n == b.n && strncasecmp(a.p, b.p, a.n) == 0;
}

/* An IPv6 address has brackets in a URL. */
static bool
read_address(struct address *out, struct span host)
{
	if (host.n > 2 && host.p[0] == '[')
		host = (struct span){host.p + 1, host.n - 2};
	return address_read(out, host);
}

/* libcurl writes addresses in one form, and takes 0x7f.1 for one. */
static bool
same_host(struct span ours, struct span theirs)
{
	struct address a, b;

	if (same_text(ours, theirs))
		return true;
	if (!read_address(&b, theirs))
		return false;
	return read_address(&a, ours) ? memcmp(&a, &b, sizeof(a)) == 0
				      : ours.p[0] >= '0' && ours.p[0] <= '9';
}

static void
check(const struct webhook_url *u, const char *text)
{
	CURLU *url = curl_url();
	char *scheme, *host, *user = NULL;

	require(url != NULL);
	if (curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK) {
		require(!curl_url_get(url, CURLUPART_SCHEME, &scheme, 0));
		require(!curl_url_get(url, CURLUPART_HOST, &host, 0));
		require(strcmp(scheme, u->https ? "https" : "http") == 0);
		require(same_host(u->host, span_of(host)));
		require(curl_url_get(url, CURLUPART_USER, &user, 0) ==
			CURLUE_NO_USER);
		curl_free(scheme);
		curl_free(host);
	}
	curl_url_cleanup(url);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct webhook_url u;
	char *text = text_of(input_of(data, size));

	if (webhook_url_read(&u, (struct span){text, size}) == 0) {
		require(size <= WEBHOOK_URL_BYTES_MAX);
		require(strlen(text) == size);
		require(u.host.p > text && u.host.p + u.host.n <= text + size);
		check(&u, text);
	}
	free(text);
	return 0;
}
