/*
 * Values in any order, as the input says, written by json_out and made of
 * jansson's at the same time: jansson reads the same from the one, and writes
 * the other in the same bytes. With too little memory nothing comes out.
 */
#include <math.h>

#include "../../service/core/utf8.h"
#include "../../service/edge/format/json.h"
#include "../../service/edge/format/json_out.h"
#include "arena.h"

enum { DEPTH_MAX = 6, ITEMS_MAX = 8, ROOM = 1 << 16, MICROS = 1000000 };
enum { LARGE = 1000000000 };

static const char *const keys[ITEMS_MAX] = {
    "a", "bb", "ccc", "d_d", "e1", "text", "reason", "n"};

static const char raw[] = "{\"a\":[1,2.5,null],\"b\":\"\\u0000\"}";

/* One in the making. */
struct writer {
	struct span in;
	struct json_out out;
	bool decimals; /* jansson writes these with more digits */
};

static json_t *
read_back(struct span text)
{
	return json_loadb(
	    text.p, text.n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
}

static json_t *
put_text(struct writer *w, const char *key)
{
	struct span text = take(&w->in, take_byte(&w->in));

	if (!utf8_valid(text))
		text = span_of("\"\\\b\f\n\r\t\x1f\x7f/");
	json_out_text(&w->out, key, text);
	return json_stringn(text.p, text.n);
}

static json_t *
put_real(struct writer *w, const char *key)
{
	uint64_t bits = take_number(&w->in);
	double value;

	memcpy(&value, &bits, sizeof value);
	if (!isfinite(value))
		value = -0.0;
	json_out_real(&w->out, key, value);
	return json_real(value);
}

/* One that nine decimals say exactly, or is too large for them. */
static json_t *
put_decimal(struct writer *w, const char *key)
{
	int64_t n =
	    (int64_t)take_number(&w->in) >> (22 + take_byte(&w->in) % 42);
	double value = (double)n / MICROS;

	if (take_byte(&w->in) % 4 == 0)
		value += value < 0 ? -LARGE : LARGE;
	w->decimals = true;
	json_out_decimal(&w->out, key, value);
	return json_real(value);
}

static json_t *
put_integer(struct writer *w, const char *key)
{
	int64_t value = (int64_t)take_number(&w->in) >> take_byte(&w->in) % 64;

	json_out_integer(&w->out, key, value);
	return json_integer(value);
}

static json_t *
put_raw(struct writer *w, const char *key)
{
	json_out_raw(&w->out, key, span_of(raw));
	return read_back(span_of(raw));
}

static json_t *
put_constant(struct writer *w, const char *key)
{
	switch (take_byte(&w->in) % 3) {
	case 0:
		json_out_null(&w->out, key);
		return json_null();
	case 1:
		json_out_false(&w->out, key);
		return json_false();
	default:
		json_out_boolean(&w->out, key, true);
		return json_true();
	}
}

static json_t *(*const puts_of[])(struct writer *w, const char *key) = {
    put_text, put_real, put_decimal, put_integer, put_raw, put_constant};
enum { PUTS = sizeof puts_of / sizeof *puts_of };

static json_t *put_value(struct writer *w, const char *key, int depth);

static json_t *
put_items(struct writer *w, const char *key, int depth, bool object)
{
	json_t *list = object ? json_object() : json_array();
	unsigned n = take_byte(&w->in) % (ITEMS_MAX + 1);

	json_out_open(&w->out, key, object ? '{' : '[');
	for (unsigned i = 0; i < n; i++) {
		const char *name = object ? keys[i] : NULL;
		json_t *value = put_value(w, name, depth + 1);

		require((object ? json_object_set_new(list, name, value)
				: json_array_append_new(list, value)) == 0);
	}
	json_out_close(&w->out, object ? '}' : ']');
	return list;
}

static json_t *
put_value(struct writer *w, const char *key, int depth)
{
	unsigned kind = take_byte(&w->in) % (PUTS + 2);

	if (kind >= PUTS && depth < DEPTH_MAX)
		return put_items(w, key, depth, kind == PUTS);
	return puts_of[kind % PUTS](w, key);
}

static void
check(const struct writer *w, struct span text, const json_t *wanted)
{
	struct arena a;
	json_t *got = read_back(text);

	require(json_equal(got, wanted));
	json_decref(got);
	arena_open(&a, ROOM);
	if (!w->decimals)
		require(span_equal(json_write(wanted, &a), text));
	arena_drop(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct writer w = {.in = input_of(data, size)};
	unsigned shift = take_byte(&w.in) % 24;
	struct span text;
	struct arena a;
	json_t *wanted;

	arena_open(&a, shift < 8 ? ROOM : ROOM >> shift);
	json_out_begin(&w.out, &a);
	wanted = put_items(&w, NULL, 0, true);
	text = json_out_end(&w.out);
	require(text.p != NULL || shift >= 8);
	require(a.used <= a.size);
	if (text.p != NULL)
		check(&w, text, wanted);
	json_decref(wanted);
	arena_drop(&a);
	return 0;
}
