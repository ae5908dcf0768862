#include "first_site.h"

#include <stdio.h>
#include <string.h>

#include "edge/loop.h"

static void
found(void *arg, const struct store_site *site)
{
	(void)site;
	*(int *)arg = 1;
}

int
first_site_open(
    struct first_site *f, struct store *s, const char *given, struct err *e)
{
	struct api_key_order order = {
	    .scopes =
		SCOPE_CHECK | SCOPE_FEEDBACK | SCOPE_MODERATE | SCOPE_ADMIN,
	    .label = "first key",
	    .value = given,
	};
	int any = 0;

	if (store_each_site(s, found, &any, e) != 0)
		return -1;
	if (any)
		return 0;
	if (given != NULL && api_key_misfit(given))
		return err_set(
		    e, ERR_INPUT, "first-key: expected %s", API_KEY_EXPECTED);
	if (store_add_site(s, "default", clock_unix_ms(), &order.site, e) != 0)
		return -1;
	f->random = given == NULL;
	return api_key_add(s, &order, f->key, e);
}

void
first_site_tell(const struct first_site *f, unsigned port)
{
	if (!f->random || f->key[0] == '\0')
		return;
	printf("API key: %s\n"
	       "It is shown only this once. Try it:\n\n"
	       "  curl -s http://127.0.0.1:%u/v1/comments \\\n"
	       "    -H 'Authorization: Bearer %s' \\\n"
	       "    -H 'Content-Type: application/json' \\\n"
	       "    -d '{\"content\":\"Buy cheap pills at http://pills.example"
	       "\",\"author\":{\"name\":\"jammy\"}}'\n\n",
	    f->key, port, f->key);
	fflush(stdout);
}
