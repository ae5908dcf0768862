/*
 * Any bytes as a call of an Akismet client: a line of Content-Type, one of
 * query, and the body. The comment made of it is valid UTF-8 and within the
 * bounds that /v1 has, whatever charset was named.
 */
#include "../../service/core/utf8.h"
#include "../../service/edge/check/comment_json.h"
#include "../../service/edge/dialect/akismet_call.h"
#include "arena.h"

enum { ARENA_LEAST = 1 << 17, PER_BYTE = 8 };

static void
check_text(struct span s, size_t bytes_max)
{
	require(s.n <= bytes_max && utf8_valid(s));
}

static void
check_comment(const struct comment *c)
{
	check_text(c->thread, 2048);
	check_text(c->parent, 256);
	check_text(c->type, 64);
	check_text(c->content, CONTENT_BYTES_MAX);
	check_text(c->author.name, 512);
	check_text(c->author.email, 320);
	check_text(c->author.url, 2048);
	check_text(c->author.ip, 64);
	check_text(c->author.user_agent, 1024);
	check_text(c->author.role, 64);
	check_text(c->referrer, 2048);
	check_text(c->honeypot, 4096);
	require(c->created_at_ms >= 0 && c->fill_ms == -1);
}

static void
check_blog(const struct akismet_call *a)
{
	struct span host = akismet_blog(a);

	check_text(host, 253);
	for (size_t i = 0; i < host.n; i++)
		require(strchr("/?#: ", host.p[i]) == NULL &&
			!(host.p[i] >= 'A' && host.p[i] <= 'Z'));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* but for inputs that libFuzzer made to have it */
	static const char other[] = "no such field";
	struct span in = input_of(data, size);
	struct span type = take_line(&in), query = take_line(&in);
	size_t room = ARENA_LEAST + PER_BYTE * size;
	struct akismet_call call = {0};
	struct comment c;
	struct arena a;

	arena_open(&a, size % 5 == 0 ? room * (size % 64) / 64 : room);
	if (form_init(&call.form, &a) == 0 &&
	    form_add_urlencoded(&call.form, query) == 0 &&
	    form_add_body(&call.form, in, type) >= 0) {
		if (akismet_comment(&call, &c) == 0)
			check_comment(&c);
		check_blog(&call);
		require(akismet_field(&call, other).p != NULL ||
			!akismet_flag(&call, other));
	}
	arena_drop(&a);
	return 0;
}
