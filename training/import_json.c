#include "import_json.h"

#include "input.h"

int
import_json_lines(struct import_run *run,
    int (*take)(struct import_run *run, json_t *o, size_t line, struct err *e),
    struct err *e)
{
	const char *hint = input_hint(run->input);
	struct span line;
	int got;
	while ((got = input_line(run->input, &line, e)) == 1) {
		size_t at = input_at(run->input);
		json_error_t why;
		if (span_strip(line).n == 0)
			continue;
		json_t *o = json_loadb(line.p, line.n,
		    JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &why);
		int failed;
		if (hint != NULL && !json_is_object(o))
			failed = import_bad(run, e, at,
			    "expected a JSON object a line: %s", hint);
		else if (o == NULL)
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
