/*
 * Any bytes as the JSON of a comment, all the way to its verdict and back
 * to JSON: the reasons add up to the margin, quotes are what they point at,
 * and the answer can be read.
 */
#include <jansson.h>

#include "../../service/core/utf8.h"
#include "../../service/edge/check/comment_json.h"
#include "../../service/edge/check/verdict_json.h"
#include "../../service/edge/format/json.h"
#include "arena.h"
#include "tiny_model.h"

enum { ARENA_PER_BYTE = 512, ARENA_LEAST = 1 << 18 };

static void
check_answer(const struct verdict_answer *a, struct arena *arena)
{
	struct span out = verdict_write(a, VERDICT_EXPLAINED, arena);
	struct err e;
	json_t *o;

	if (out.p == NULL)
		return;
	require(utf8_valid(out));
	o = json_read(out, &e);
	require(json_is_object(o));
	json_decref(o);
}

static void
judge(const struct comment *c, struct arena *a)
{
	struct judge j = {.model = tiny_model(), .site.limits = {2, 2}};
	struct reading r;
	struct verdict v;
	struct signals s;
	struct commenter_quota quota;

	if (moderate_read(&r, c, &siphash_open_key, a) != 0)
		return;
	s = signals_of(&r.keys);
	s.trust = SIGNALS_TRUST_AFTER;
	if (moderate_judge(&v, &r, &s, &j, a) != 0)
		return;
	tiny_model_check(&v, c->content);
	quota = commenter_quota(
	    &s, &j.site.limits, (struct commenter_floods){2, 2}, 1);
	check_answer(
	    &(struct verdict_answer){
		.comment = c, .verdict = &v, .quota = &quota, .judge = &j},
	    a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t room = ARENA_LEAST + ARENA_PER_BYTE * size;
	struct span text = input_of(data, size);
	struct problem_field field;
	const struct json_in *o;
	struct comment c;
	struct arena a;
	struct err e;

	/* the size decides how much of the room there is, down to nearly none
	 */
	arena_open(&a, size % 5 == 0 ? room * (size % 64) / 64 : room);
	o = json_in_read(text, &a, &e);
	if (o != NULL && comment_from_json(&c, o, "", &field) == 0)
		judge(&c, &a);
	arena_drop(&a);
	return 0;
}
