#include "callback.h"

#include <stdio.h>

#include "../format/form.h"
#include "../format/json.h"
#include "../process/secrets_seal.h"
#include "guid.h"

int
callback_unseal(struct callback *c, const unsigned char secret[SECRET_BYTES],
    struct span sealed, struct arena *a)
{
	struct span plain = secrets_unseal(secret, sealed, a);
	const char *at =
	    plain.p == NULL ? NULL : memchr(plain.p, '\n', plain.n);

	if (at == NULL)
		return -1;
	c->url = arena_copy(a, (struct span){plain.p, (size_t)(at - plain.p)});
	c->key = (struct span){at + 1, plain.n - c->url.n - 1};
	return c->url.p == NULL ? -1 : 0;
}

struct span
callback_form(struct span key, const char *id, bool spam, struct arena *a)
{
	char guid[GUID_BYTES + 1], rest[160], *out, *at;

	guid_write(id, guid);
	snprintf(rest, sizeof rest,
	    "&endpoint=comment-check&comments%%5B0%%5D%%5Bguid%%5D=%s"
	    "&comments%%5B0%%5D%%5Bresult%%5D=%s",
	    guid, spam ? "true" : "false");
	out = arena_alloc(a, 4 + 3 * key.n + strlen(rest) + 1);
	if (out == NULL)
		return (struct span){NULL, 0};
	at = form_escape(mempcpy(out, "key=", 4), key);
	at = stpcpy(at, rest);
	return (struct span){out, (size_t)(at - out)};
}

bool
callback_done(struct span answer, const char *id)
{
	char guid[GUID_BYTES + 1];
	const char *status = NULL;
	struct err ignored;
	json_t *o;
	bool done;

	json_begin();
	o = json_read(answer, &ignored);
	guid_write(id, guid);
	done = json_unpack(o, "{s:{s:{s:s}}}", "comments", guid, "status",
		   &status) == 0 &&
	       strcmp(status, "success") == 0;
	json_decref(o);
	return done;
}
