/*
 * Any bytes as a request of the Perspective API: what comes out, answer or
 * error, is JSON in valid UTF-8, and no score in it is invented.
 */
#include <jansson.h>

#include "../../service/core/utf8.h"
#include "../../service/edge/dialect/perspective_json.h"
#include "../../service/edge/format/json.h"
#include "arena.h"

enum { ARENA_PER_BYTE = 16, ARENA_LEAST = 1 << 13 };

static void
check_scores(const struct perspective_request *q, json_t *answer)
{
	json_t *all = json_object_get(answer, "attributeScores");
	size_t asked = 0;

	for (int h = 0; h < MODEL_HEADS; h++)
		asked += q->heads[h].asked;
	require(json_is_object(all) && json_object_size(all) <= asked);
}

static void
check(const struct perspective_request *q, struct span out)
{
	struct err e;
	json_t *o;

	if (out.p == NULL)
		return;
	require(utf8_valid(out));
	o = json_read(out, &e);
	require(json_is_object(o));
	if (q != NULL)
		check_scores(q, o);
	json_decref(o);
}

static void
answer(json_t *body, unsigned heads, struct arena *a)
{
	static const double scores[MODEL_HEADS] = {0.25, 0.75};
	struct perspective_request q;
	struct perspective_error e;

	if (perspective_read(&q, body, heads, a, &e) == 0)
		check(&q, perspective_write(&q, scores, a));
	else
		check(NULL, perspective_error_write(&e, a));
}

static void
suggest(json_t *body, struct arena *a)
{
	struct perspective_request q;
	struct perspective_error e;

	if (perspective_read_suggestion(&q, body, a, &e) != 0) {
		check(NULL, perspective_error_write(&e, a));
		return;
	}
	for (int h = 0; h < MODEL_HEADS; h++)
		require(!q.heads[h].asked ||
			(q.heads[h].value >= 0 && q.heads[h].value <= 1));
	check(NULL, perspective_write_suggestion(&q, a));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t room = ARENA_LEAST + ARENA_PER_BYTE * size;
	struct arena a;
	struct err e;
	json_t *body = json_read(input_of(data, size), &e);

	/* the size decides which heads there are, and how much room */
	arena_open(&a, size % 5 == 0 ? room * (size % 64) / 64 : room);
	if (body != NULL)
		answer(body, size % 7 == 0 ? size % 4 : 3, &a);
	arena_rewind(&a, 0);
	if (body != NULL)
		suggest(body, &a);
	json_decref(body);
	arena_drop(&a);
	return 0;
}
