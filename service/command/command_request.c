#include "command_request.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "../edge/format/json.h"
#include "../edge/known/site_settings.h"
#include "command_rows.h"

enum { POINTER_BYTES = 160 };

/* Appends to the target. 0, or -1: it is too long. */
static int
append(struct command_request *r, const char *text, size_t n)
{
	size_t used = strlen(r->target);

	if (n >= sizeof(r->target) - used)
		return -1;
	memcpy(r->target + used, text, n);
	r->target[used + n] = '\0';
	return 0;
}

/* The same, with escapes for all that means something in a URL. */
static int
append_escaped(struct command_request *r, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
	char escape[4];
	int failed = 0;

	for (; *text != '\0' && failed == 0; text++) {
		snprintf(escape, sizeof(escape), "%%%02X",
		    (unsigned)(unsigned char)*text);
		failed = strchr(plain, *text) != NULL ? append(r, text, 1)
						      : append(r, escape, 3);
	}
	return failed;
}

int
command_request_ask(
    struct command_request *r, const char *name, const char *value)
{
	const char *mark = strchr(r->target, '?') == NULL ? "?" : "&";

	if (append(r, mark, 1) != 0 || append(r, name, strlen(name)) != 0 ||
	    append(r, "=", 1) != 0)
		return -1;
	return append_escaped(r, value);
}

/* NULL: it is no UTF-8. */
static json_t *
list_of(const char *text)
{
	json_t *list = json_array();
	size_t n;

	for (;; text += n + 1) {
		n = strcspn(text, ",");
		if (json_array_append_new(list, json_stringn(text, n)) != 0) {
			json_decref(list);
			return NULL;
		}
		if (text[n] == '\0')
			return list;
	}
}

/* Our words, and those of JSON, which refusals name. */
static const struct {
	const char *ours, *json;
} words[] = {{"yes", "true"}, {"no", "false"}, {"none", "null"}};

/* A number or one of the words; else text; NULL: it is no UTF-8. */
static json_t *
value_of(const char *text)
{
	const char *literal = NULL;
	json_t *v;

	if (isdigit((unsigned char)text[0]) || text[0] == '-')
		literal = text;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(text, words[i].ours) == 0 ||
		    strcmp(text, words[i].json) == 0)
			literal = words[i].json;
	v = literal == NULL ? NULL : json_loads(literal, JSON_DECODE_ANY, NULL);
	return v != NULL ? v : json_string(text);
}

/* 0, or -1: it is too long, or no UTF-8. */
static int
put_field(
    struct command_request *r, const struct order_field *f, const char *text)
{
	json_t *v = NULL;

	switch (f->kind) {
	case ORDER_TEXT:
		v = json_string(text);
		break;
	case ORDER_VALUE:
		v = value_of(text);
		break;
	case ORDER_LIST:
		v = list_of(text);
		break;
	case ORDER_QUERY:
		return command_request_ask(r, f->at, text);
	}
	return json_put_at(r->body, f->at, v);
}

void
command_request_flag(const char *pointer, char out[REQUEST_FLAG_BYTES])
{
	snprintf(out, REQUEST_FLAG_BYTES, "%s", pointer + 1);
	for (char *p = out; *p != '\0'; p++)
		*p = *p == '/' ? '.' : *p == '_' ? '-' : *p;
}

/* The setting of a site that `flag` is, where the order has such; or none. */
static const char *
setting_named(const struct order *o, const char *flag)
{
	char name[REQUEST_FLAG_BYTES];
	struct site_setting s;

	if (o->settings == NULL)
		return NULL;
	for (unsigned i = 0; (s = site_settings_row(i)).pointer != NULL; i++) {
		command_request_flag(s.pointer, name);
		if (strcmp(name, flag) == 0)
			return s.pointer;
	}
	return NULL;
}

/* 0, or -1: it is no UTF-8. */
static int
put_setting(struct command_request *r, const char *pointer, const char *text)
{
	char at[POINTER_BYTES];

	snprintf(at, sizeof(at), "%s%s", r->order->settings, pointer);
	return json_put_at(r->body, at, value_of(text));
}

static const struct order_field *
field_named(const struct order *o, const char *flag)
{
	const struct order_field *f = o->fields;

	for (; f != NULL && f->flag != NULL; f++)
		if (strcmp(f->flag, flag) == 0)
			return f;
	return NULL;
}

/* Which of the order's fields were said. */
struct said {
	const struct order_field *fields[REQUEST_FLAGS_MAX];
	int n;
};

static bool
put_said(struct command_request *r, const struct order_field *f,
    const char *text, struct said *said)
{
	if (said->n == REQUEST_FLAGS_MAX || put_field(r, f, text) != 0)
		return false;
	said->fields[said->n++] = f;
	return true;
}

/* How many of the arguments at argv are one of ours; -1 and `e`: misused. */
static int
take_flag(
    struct command_request *r, char **argv, struct said *said, struct err *e)
{
	const struct order_field *f;
	const char *setting;
	bool usable;

	if (strcmp(argv[0], "--json") == 0) {
		r->json = true;
		return 1;
	}
	if (strncmp(argv[0], "--", 2) != 0 || argv[1] == NULL)
		return 0;
	f = field_named(r->order, argv[0] + 2);
	setting = setting_named(r->order, argv[0] + 2);
	if (f == NULL && setting == NULL)
		return 0;
	usable = f != NULL ? put_said(r, f, argv[1], said)
			   : put_setting(r, setting, argv[1]) == 0;
	if (!usable)
		return err_set(e, ERR_INPUT, "%s: not a usable value", argv[0]);
	return 2;
}

static bool
was_said(const struct said *said, const struct order_field *f)
{
	for (int i = 0; i < said->n; i++)
		if (said->fields[i] == f)
			return true;
	return false;
}

static int
put_fallbacks(struct command_request *r, const struct said *said)
{
	const struct order_field *f = r->order->fields;

	for (; f != NULL && f->flag != NULL; f++)
		if (f->fallback != NULL && !was_said(said, f) &&
		    put_field(r, f, f->fallback) != 0)
			return -1;
	return 0;
}

static int
read_flags(struct command_request *r, int argc, char **argv, struct err *e)
{
	struct said said = {.n = 0};
	int at = 0, took;

	while (at < argc) {
		took = take_flag(r, argv + at, &said, e);
		if (took < 0)
			return -1;
		if (took == 0 && r->n == REQUEST_FLAGS_MAX)
			return err_set(e, ERR_INPUT, "too many flags");
		if (took == 0)
			r->flags[r->n++] = argv[at++];
		at += took;
	}
	if (put_fallbacks(r, &said) != 0)
		return err_set(e, ERR_INPUT, "the flags are too long");
	return 0;
}

/* The argument where the body wants it: itself, or what is in its file. */
static int
put_member(struct command_request *r, const char *argument, struct err *e)
{
	const struct order *o = r->order;
	json_t *rows;

	if (o->rows != NULL) {
		rows = command_rows_read(argument, o->list, e);
		if (rows == NULL)
			return -1;
		if (json_put_at(r->body, o->rows, rows) != 0)
			return err_set(e, ERR_DOWN, "no memory for the rows");
	}
	if (o->member != NULL &&
	    json_put_at(r->body, o->member, json_string(argument)) != 0)
		return err_set(e, ERR_INPUT, "the argument is no UTF-8");
	return 0;
}

/* The path with the argument in it, which may also be a member. */
static int
put_argument(struct command_request *r, const char *argument, struct err *e)
{
	const char *path = r->order->path, *hole = strstr(path, "{}");
	size_t head = hole == NULL ? strlen(path) : (size_t)(hole - path);

	if (append(r, path, head) != 0 ||
	    (hole != NULL && (append_escaped(r, argument) != 0 ||
				 append(r, hole + 2, strlen(hole + 2)) != 0)))
		return err_set(e, ERR_INPUT, "the argument is too long");
	return put_member(r, argument, e);
}

static const struct order *
order_of(const char *noun, const char *verb)
{
	const struct order *o = orders;

	while (o->noun != NULL &&
	       (strcmp(o->noun, noun) != 0 || strcmp(o->verb, verb) != 0))
		o++;
	return o->noun == NULL ? NULL : o;
}

static bool
asks_help(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0)
			return true;
	return false;
}

int
command_request_read(
    struct command_request *r, int argc, char **argv, struct err *e)
{
	int used = 2;

	*r = (struct command_request){.body = json_object()};
	r->help = asks_help(argc, argv);
	r->order = argc < 2 ? NULL : order_of(argv[0], argv[1]);
	if (r->order == NULL)
		return argc < 2 ? err_set(e, ERR_INPUT, "expected VERB")
				: err_set(e, ERR_INPUT, "%.40s: no such order",
				      argv[1]);
	if (r->order->argument != NULL) {
		if (argc < 3 || argv[2][0] == '-')
			return err_set(e, ERR_INPUT, "%s: expected %s",
			    r->order->verb, r->order->argument);
		used = 3;
	}
	if (put_argument(r, argv[2], e) != 0)
		return -1;
	return read_flags(r, argc - used, argv + used, e);
}

void
command_request_release(struct command_request *r)
{
	json_decref(r->body);
}
