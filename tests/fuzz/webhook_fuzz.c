/*
 * Any bytes as what a client wants of a webhook: what is taken is a URL that
 * may be called and a secret that can sign; a misfit is named in valid UTF-8.
 */
#include "../../service/core/utf8.h"
#include "../../service/edge/admin/webhook_json.h"
#include "../../service/edge/format/json.h"
#include "../../service/edge/hook/webhook_secret.h"
#include "../../service/edge/hook/webhook_url.h"
#include "arena.h"

enum { ROOM = 4096 };

static void
check_signed(struct span secret)
{
	struct webhook_content c = {span_of("id"), 1, span_of("body")};
	struct arena a;

	arena_open(&a, ROOM);
	require(webhook_secret_read(secret, &a).p != NULL);
	require(webhook_sign(secret, &c, &a).p != NULL);
	arena_drop(&a);
}

static void
check(const struct webhook_wish *w)
{
	struct webhook_url u;

	if (w->url.p != NULL)
		require(webhook_url_read(&u, w->url) == 0);
	if (w->secret.p != NULL)
		check_signed(w->secret);
	require((w->types >> NOTICE_PING) == 0);
	require(w->active >= -1 && w->active <= 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct problem_field field;
	struct webhook_wish w;
	struct err e;
	json_t *o = json_read(input_of(data, size), &e);

	if (o == NULL)
		return 0;
	if (webhook_wish_read(&w, o, "hooks.example", &field) == ERR_NONE)
		check(&w);
	else
		require(utf8_valid(span_of(field.pointer)) &&
			field.detail[0] != '\0');
	json_decref(o);
	return 0;
}
