/*
 * Any bytes as the body of an administrative request, read by a table of
 * members: what is taken is what the table says, a misfit is named in valid
 * UTF-8.
 */
#include "../../service/core/utf8.h"
#include "../../service/edge/request/fields.h"
#include "input.h"

struct body {
	const char *name;
	json_t *settings;
	int64_t at_ms;
};

static const struct field rows[] = {
    {"name", field_text, offsetof(struct body, name), "a string"},
    {"settings", field_value, offsetof(struct body, settings), "an object"},
    {"expires_at", field_time, offsetof(struct body, at_ms), "a time"},
    {NULL, NULL, 0, NULL},
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct problem_field misfit = {0};
	struct body body = {.at_ms = -1};
	struct err e = {0};
	json_t *o = fields_read(rows, input_of(data, size), &body, &misfit, &e);

	if (o == NULL) {
		require(e.code == ERR_INPUT || e.code == ERR_FIELD);
		if (e.code == ERR_FIELD)
			require(misfit.detail[0] != '\0');
		require(utf8_valid(span_of(misfit.pointer)));
		return 0;
	}
	require(json_is_object(o) && body.at_ms >= -1);
	if (body.name != NULL)
		require(utf8_valid(span_of(body.name)));
	json_decref(o);
	return 0;
}
