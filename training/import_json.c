#include "import_json.h"

#include "import_input.h"

struct span
import_json_text(const json_t *value)
{
	if (!json_is_string(value))
		return (struct span){0};
	return (struct span){
	    json_string_value(value), json_string_length(value)};
}

static bool
blank(struct span line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] != ' ' && line.p[i] != '\t' &&
		    line.p[i] != '\r' && line.p[i] != '\n')
			return false;
	return true;
}

int
import_json_lines(struct import_run *run,
    int (*take)(struct import_run *run, json_t *o, size_t line, struct err *e),
    struct err *e)
{
	struct span line;
	int got;
	while ((got = import_input_line(run->input, &line, e)) == 1) {
		size_t at = import_input_at(run->input);
		json_error_t why;
		if (blank(line))
			continue;
		json_t *o = json_loadb(line.p, line.n,
		    JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &why);
		int failed;
		if (o == NULL)
			failed = import_bad(
			    run, e, at, "expected JSON: %s", why.text);
		else if (!json_is_object(o))
			failed =
			    import_bad(run, e, at, "expected a JSON object");
		else
			failed = take(run, o, at, e);
		json_decref(o);
		if (failed)
			return -1;
	}
	return got;
}
