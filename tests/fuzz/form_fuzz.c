/*
 * Any bytes as a form, the first line its Content-Type: every field lies in
 * what was given or in the arena, and is read as text of valid UTF-8.
 */
#include <stdint.h>
#include <stdlib.h>

#include "../../service/core/utf8.h"
#include "../../service/edge/format/charset.h"
#include "../../service/edge/format/form.h"

enum { ARENA_LEAST = 1 << 16, CUT = 100 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
	if (!holds)
		abort();
}

static void
check_field(const struct form_field *f, struct span type, struct arena *a)
{
	struct span text = charset_read(f->value, charset_named(type), CUT, a);
	uint32_t sum = 0;

	require(f->name.n > 0);
	for (size_t i = 0; i < f->name.n; i++)
		sum += (unsigned char)f->name.p[i];
	for (size_t i = 0; i < f->value.n; i++)
		sum += (unsigned char)f->value.p[i];
	require(text.p == NULL || (text.n <= CUT && utf8_valid(text)));
	require(sum < UINT32_MAX);
}

static void
read_form(struct span body, struct span type, struct arena *a)
{
	struct form f;

	if (form_init(&f, a) != 0)
		return;
	form_add_body(&f, body, type);
	require(f.n <= FORM_FIELDS_MAX);
	for (uint32_t i = 0; i < f.n; i++) {
		size_t used = a->used;

		check_field(&f.fields[i], type, a);
		arena_rewind(a, used);
		require(form_get(&f, f.fields[i].name).n <= body.n * 2);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span body = {(const char *)data, size}, type = {NULL, 0};
	const char *end = size > 0 ? memchr(data, '\n', size) : NULL;
	size_t room = ARENA_LEAST + 4 * size;
	struct arena a;
	void *block;

	if (end != NULL) {
		type = (struct span){body.p, (size_t)(end - body.p)};
		body.p = end + 1;
		body.n -= type.n + 1;
	}
	block = malloc(room);
	require(block != NULL);
	/* the size decides how much room there is, down to nearly none */
	arena_init(&a, block, size % 5 == 0 ? room * (size % 64) / 64 : room);
	read_form(body, type, &a);
	free(block);
	return 0;
}
