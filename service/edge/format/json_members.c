#include "json_members.h"

#include "json.h"
#include "rfc3339.h"

json_t *
json_time(int64_t ms)
{
	char text[RFC3339_BYTES];

	if (ms == 0)
		return json_null();
	rfc3339_write(ms, text);
	return json_string(text);
}

void
json_add_text(json_t *o, const char *name, struct span text)
{
	if (text.n > 0)
		json_object_set_new(o, name, json_span(text));
}

void
json_add_time(json_t *o, const char *name, int64_t ms)
{
	if (ms > 0)
		json_object_set_new(o, name, json_time(ms));
}
