#include "first_site.h"

#include <stdio.h>

#include "edge/process/loop.h"

int
first_site_open(struct first_site *f, const struct service *s,
    const char *given, struct err *e)
{
	struct credential_order order = {
	    .scopes =
		SCOPE_CHECK | SCOPE_FEEDBACK | SCOPE_MODERATE | SCOPE_ADMIN,
	    .label = "first key",
	    .value = given,
	};
	struct store_change changes[] = {
	    {.kind = CHANGE_ADD_SITE,
		.site = {.name = "default", .created_at_ms = clock_unix_ms()}},
	    {.kind = CHANGE_ADD_KEY},
	};
	struct site any;

	if (directory_site_after(s->sites, 0, &any, e) == 0)
		return 0;
	if (given != NULL && credential_misfit(given))
		return err_set(e, ERR_INPUT, "first-key: expected %s",
		    CREDENTIAL_EXPECTED);
	credential_make(&order, &changes[1].key, f->key);
	f->random = given == NULL;
	return store_change(s->store, changes, 2, e);
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
