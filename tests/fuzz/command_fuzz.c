/*
 * Any lines as the arguments of an order, up to an empty one, and the rest as
 * what the service answers, or the file that is imported: the request's body is
 * JSON, its path has neither blanks nor control characters, and what is shown
 * of the answer has nothing that a terminal obeys but the ends of lines.
 */
#include "../../service/command/command_request.h"
#include "../../service/command/command_show.h"
#include "../../service/core/utf8.h"
#include "../../service/edge/format/json.h"
#include "input_file.h"

enum { ARGUMENTS_MAX = 24 };

static int
read_arguments(struct span *in, char *arguments[ARGUMENTS_MAX + 1])
{
	int n = 0;

	while (n < ARGUMENTS_MAX) {
		struct span line = take_line(in);

		if (line.n == 0)
			break;
		arguments[n++] = text_of(line);
	}
	arguments[n] = NULL;
	return n;
}

/* A file that is read is the rest, not one of this machine. */
static void
name_file(char *arguments[], int n, struct span rest)
{
	if (n < 3 || strcmp(arguments[1], "import") != 0)
		return;
	free(arguments[2]);
	arguments[2] = text_of(span_of(input_file(rest)));
}

static void
check_shown(const char *text, size_t n)
{
	struct span s = {text, n};
	size_t at = 0;

	while (at < n) {
		uint32_t cp;
		bool bad = false;

		at += utf8_read(s, at, &cp, &bad);
		require(!bad && cp != 0x7f && (cp >= ' ' || cp == '\n'));
		require(cp < 0x80 || cp >= 0xa0);
	}
}

static void
show(const struct order *o, struct span answer)
{
	char *text = NULL;
	size_t n = 0;
	struct err e;
	json_t *value = json_read(answer, &e);
	FILE *out = open_memstream(&text, &n);

	require(out != NULL);
	if (value != NULL) {
		for (int how = SHOW_BARE; how <= SHOW_TABLE_MORE; how++)
			command_show(out, o, value, how);
		command_show_problem(out, o->noun, value);
	}
	require(fclose(out) == 0);
	check_shown(text, n);
	free(text);
	json_decref(value);
}

static void
check(const struct command_request *r)
{
	char *body = json_dumps(r->body, JSON_COMPACT);

	require(body != NULL && r->target[0] == '/');
	free(body);
	for (const char *p = r->target; *p != '\0'; p++)
		require(*p > ' ' && *p < 0x7f);
	require(r->n <= REQUEST_FLAGS_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = input_of(data, size);
	char *arguments[ARGUMENTS_MAX + 1];
	int n = read_arguments(&in, arguments);
	struct command_request r;
	struct err e = {0};
	int failed;

	name_file(arguments, n, in);
	failed = command_request_read(&r, n, arguments, &e);
	require(!failed || e.text[0] != '\0');
	if (!failed)
		check(&r);
	if (r.order != NULL)
		show(r.order, in);
	command_request_release(&r);
	for (int i = 0; i < n; i++)
		free(arguments[i]);
	return 0;
}
