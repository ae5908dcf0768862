#include "normalised.h"

#include "../../core/text.h"
#include "../../core/utf8.h"
#include "../format/json.h"
#include "../http/problem.h"
#include "../request/reply.h"

/* What stands for something else, in brackets that no folded text has. */
static const char *const marks[] = {
    [TEXT_URL - TEXT_MARK] = "\xe2\x9f\xa8link\xe2\x9f\xa9",
    [TEXT_MAIL - TEXT_MARK] = "\xe2\x9f\xa8mail\xe2\x9f\xa9",
    [TEXT_PHONE - TEXT_MARK] = "\xe2\x9f\xa8number\xe2\x9f\xa9",
    [TEXT_EDGE - TEXT_MARK] = "",
};
enum { POINT_BYTES_MAX = 16 }; /* of a code point or a mark */

/* The code points as UTF-8; p NULL: no room. */
static struct span
written(const struct text *t, struct arena *a)
{
	char *p = arena_alloc(a, (size_t)t->n * POINT_BYTES_MAX + 1);
	struct span out = {p, 0};

	for (uint32_t i = 0; p != NULL && i < t->n; i++) {
		uint32_t c = t->points[i];

		if (c < TEXT_MARK) {
			out.n += utf8_write(c, p + out.n);
			continue;
		}
		struct span mark = span_of(marks[c - TEXT_MARK]);
		memcpy(p + out.n, mark.p, mark.n);
		out.n += mark.n;
	}
	return out;
}

/* NULL: no room. */
static json_t *
normalised(struct span source, enum comment_format format, struct arena *a)
{
	size_t used = a->used;
	json_t *o = NULL;
	struct text t;

	if (text_normalise(&t, source, format, a) == 0) {
		struct span text = written(&t, a);

		if (text.p != NULL)
			o = json_span(text);
	}
	arena_rewind(a, used);
	return o;
}

void
normalised_get(const struct call *call)
{
	struct arena *a = &call->request->arena;
	struct store_ref ref = {call->caller.site, call->id};
	struct record r;
	struct err e;
	json_t *content, *name;

	if (store_get(call->worker->reader, ref, a, &r, &e) != 0) {
		problem_answer(call->request, &e, NULL);
		return;
	}
	content = normalised(r.content, r.html ? FORMAT_HTML : FORMAT_TEXT, a);
	name = normalised(r.author_name, FORMAT_TEXT, a);
	reply_json(call, 200,
	    json_pack(
		"{s:o, s:{s:o}}", "content", content, "author", "name", name));
}
