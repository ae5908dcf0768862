/*
 * Any bytes as what a server answers to a delivery, by the numbers before
 * them: whether it counts as delivered is asked of jansson, and what is tried
 * again is tried later, but not for ever.
 */
#include <jansson.h>

#include "../../service/edge/hook/callback.h"
#include "../../service/edge/hook/courier_message.h"
#include "../../service/edge/hook/guid.h"
#include "input.h"

static const char id[] = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

enum { NOW_MS = 1000 };

/* comments.GUID.status is "success", by other means. */
static bool
says_success(struct span answer)
{
	char guid[GUID_BYTES + 1];
	json_t *o = json_loadb(answer.p, answer.n,
	    JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_ANY, NULL);
	const char *status;
	bool success;

	guid_write(id, guid);
	status = json_string_value(json_object_get(
	    json_object_get(json_object_get(o, "comments"), guid), "status"));
	success = status != NULL && strcmp(status, "success") == 0;
	json_decref(o);
	return success;
}

static void
check_note(const struct delivery *d, struct http_order *o, uint32_t random)
{
	struct delivery_note n = message_note(d, o, NOW_MS, random);
	bool good = o->status >= 200 && o->status <= 299;

	if (n.state == DELIVERY_DONE)
		require(good && n.error.n == 0);
	else
		require(n.error.n > 0 && n.pause_until_ms >= NOW_MS);
	if (n.state == DELIVERY_DUE)
		require(n.due_at_ms > NOW_MS && n.due_at_ms <= 3 * DAY_MS);
	require(n.gone == (o->status == 410));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = input_of(data, size);
	uint8_t flags = take_byte(&in);
	struct delivery d = {
	    .id = span_of(id),
	    .comment = span_of(id),
	    .webhook = flags & 1 ? span_of(id) : (struct span){NULL, 0},
	    .attempts = take_byte(&in) % 32,
	    .facts.failures = take_byte(&in),
	};
	struct http_order o = {
	    .status = (unsigned)take_number(&in) % 600,
	    .retry_s = (int64_t)(take_number(&in) >> 1),
	};
	bool done;

	err_set(&o.err, flags & 2 ? ERR_DOWN : ERR_INPUT, "it was so");
	o.answer = (char *)(uintptr_t)in.p;
	o.answer_n = in.n;
	done = callback_done(in, id);
	require(!done || says_success(in));
	check_note(&d, &o, (uint32_t)size * 2654435761u);
	return 0;
}
