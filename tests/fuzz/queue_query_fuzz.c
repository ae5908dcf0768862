/*
 * Any bytes as what the queue is asked for: as the query of a request, or, by
 * the first byte, as the JSON of a decision about many. What is taken is
 * within its bounds, a cursor is written and read as the same, a misfit is
 * named in valid UTF-8.
 */
#include <math.h>

#include "../../service/core/utf8.h"
#include "../../service/edge/review/bulk_order.h"
#include "arena.h"

enum { ARENA_LEAST = 1 << 17, PER_BYTE = 256 };

static bool
is_share(double x)
{
	return isnan(x) || (x >= 0 && x <= 1);
}

static void
check_cursor(const struct queue_query *q)
{
	static const unsigned char veil[VEIL_KEY_BYTES]; /* of the service */
	const struct queue_cursor c = {q->order, veil};
	char text[QUEUE_CURSOR_BYTES + 1];
	struct queue_place again;

	if (q->after.number == 0)
		return;
	queue_cursor_write(&c, &q->after, text);
	require(queue_cursor_read(&c, span_of(text), &again) == 0);
	require(again.number == q->after.number);
	require(memcmp(&again.rank, &q->after.rank, sizeof again.rank) == 0);
}

static void
check_query(const struct queue_query *q)
{
	require(q->state >= -1 && q->state <= COMMENT_TRASHED);
	require(q->order < QUEUE_ORDERS);
	require(q->most >= 1 && q->most <= QUEUE_LIMIT_MAX);
	require(is_share(q->score_min) && is_share(q->score_max));
	require(q->since_ms >= 0 && q->until_ms >= 0);
	require(q->words.n == 0 || utf8_valid(q->words));
	require(q->lang.n == 0 || language_is_code(q->lang));
	check_cursor(q);
}

static void
check_order(const struct bulk_order *o)
{
	require(o->expect >= -1 && o->by_filter == (o->ids == NULL));
	if (o->by_filter)
		check_query(&o->filter);
	else
		require(o->n >= 1 && o->n <= BULK_IDS_MAX);
}

static void
check_refused(const struct err *e, const struct problem_field *field)
{
	require(e->text[0] != '\0' && utf8_valid(span_of(e->text)));
	if (e->code == ERR_FIELD)
		require(field->detail[0] != '\0' &&
			utf8_valid(span_of(field->pointer)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = input_of(data, size);
	uint8_t how = take_byte(&in);
	size_t room = ARENA_LEAST + PER_BYTE * size;
	struct service service = {0};
	struct worker worker = {.service = &service};
	struct http_request request = {.query = in, .body = in};
	struct call call = {.request = &request, .worker = &worker};
	struct problem_field field = {0};
	struct queue_query q = {0};
	struct bulk_order o;
	struct err e = {0};

	arena_open(&request.arena, how > 200 ? room / 256 * (how - 200) : room);
	if (how % 2 == 0) {
		if (queue_query_asked(&q, &call, &e) == 0)
			check_query(&q);
		else
			check_refused(&e, &field);
	} else if (bulk_order_read(&o, &call, &field, &e) == 0) {
		check_order(&o);
	} else {
		check_refused(&e, &field);
	}
	arena_drop(&request.arena);
	return 0;
}
