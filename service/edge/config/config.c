#include "config.h"

#include <assert.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "../http/http_address.h"
#include "config_file.h"
#include "config_options.h"

enum origin { FROM_DEFAULT, FROM_FILE, FROM_ENVIRONMENT, FROM_FLAG, ORIGINS };

static const char *const origin_names[ORIGINS] = {
    [FROM_DEFAULT] = "default",
    [FROM_FILE] = "file",
    [FROM_ENVIRONMENT] = "environment",
    [FROM_FLAG] = "flag",
};

/* The values as text, and who set them; numbers are read once at the end. */
struct config_source {
	char *values[CONFIG_OPTIONS_MAX];
	enum origin origins[CONFIG_OPTIONS_MAX];
	size_t lines[CONFIG_OPTIONS_MAX]; /* of the file; 0: none */
};

/* Sets option `i` unless a stronger origin did. 0 or -1: memory is out. */
static int
set(struct config_source *s, size_t i, const char *value, enum origin from)
{
	char *copy;

	if (s->values[i] != NULL && s->origins[i] > from)
		return 0;
	copy = strdup(value);
	if (copy == NULL)
		return -1;
	free(s->values[i]);
	s->values[i] = copy;
	s->origins[i] = from;
	return 0;
}

static int
set_checked(struct config_source *s, size_t i, const char *value,
    enum origin from, struct err *e)
{
	const struct option_row *o = &config_options[i];

	if (config_option_misfit(o, value))
		return err_set(e, ERR_INPUT, "%s: \"%.80s\": expected %s",
		    o->name, config_option_shown(o, value), o->expected);
	if (set(s, i, value, from) != 0)
		return err_set(e, ERR_DOWN, "no memory for the settings");
	return 0;
}

/* The value of a flag: after '=' or in the next argument. NULL: missing. */
static const char *
flag_value(char **argv, int *at, size_t name_bytes)
{
	const char *rest = argv[*at] + 2 + name_bytes;

	if (*rest == '=')
		return rest + 1;
	return argv[*at + 1] == NULL ? NULL : argv[++*at];
}

static int
read_flags(struct config_source *s, int argc, char **argv, struct err *e)
{
	for (int at = 0; at < argc; at++) {
		size_t bytes = strcspn(argv[at], "=");
		struct span name = {argv[at] + 2, bytes - 2};
		const char *value;
		size_t i;

		if (strncmp(argv[at], "--", 2) != 0)
			return err_set(e, ERR_INPUT,
			    "\"%.80s\": expected a flag; see --help", argv[at]);
		i = config_option_find(name);
		if (i == CONFIG_OPTIONS_MAX)
			return err_set(e, ERR_INPUT,
			    "%.80s: no such flag; see --help", argv[at]);
		value = flag_value(argv, &at, bytes - 2);
		if (value == NULL)
			return err_set(e, ERR_INPUT, "%s: expected a value: %s",
			    config_options[i].name, config_options[i].expected);
		if (set_checked(s, i, value, FROM_FLAG, e) != 0)
			return -1;
	}
	return 0;
}

/* Reads one variable NAME, or the file that NAME_FILE names for secrets. */
static int
read_variable(struct config_source *s, size_t i, struct err *e)
{
	char name[64], file_name[80], line[512];
	const char *value, *path;
	FILE *f;

	config_option_variable(&config_options[i], name, sizeof(name));
	value = getenv(name);
	snprintf(file_name, sizeof(file_name), "%s_FILE", name);
	path = config_options[i].secret ? getenv(file_name) : NULL;
	if (value == NULL && path != NULL) {
		f = fopen(path, "re");
		value = f == NULL ? NULL : fgets(line, sizeof(line), f);
		if (f != NULL)
			fclose(f);
		if (value == NULL)
			return err_set(e, ERR_INPUT,
			    "%s: %s: expected a file with one line", file_name,
			    path);
		line[strcspn(line, "\r\n")] = '\0';
	}
	return value == NULL ? 0
			     : set_checked(s, i, value, FROM_ENVIRONMENT, e);
}

static int
read_environment(struct config_source *s, struct err *e)
{
	for (size_t i = 0; config_options[i].name != NULL; i++)
		if (read_variable(s, i, e) != 0)
			return -1;
	return 0;
}

/* One line of the file. */
static int
on_file_line(void *arg, const struct config_line *l, struct err *e)
{
	struct config_source *s = arg;
	size_t i = config_option_find(span_of(l->key));

	if (i == CONFIG_OPTIONS_MAX || i == CONFIG_FILE_OPTION)
		return err_set(e, ERR_INPUT, "%.80s: no such setting", l->key);
	if (s->lines[i] != 0)
		return err_set(e, ERR_INPUT, "%s: is set in line %zu already",
		    l->key, s->lines[i]);
	s->lines[i] = l->number;
	return set_checked(s, i, l->value, FROM_FILE, e);
}

static int
read_file(struct config_source *s, struct err *e)
{
	const char *path = s->values[CONFIG_FILE_OPTION];

	return path == NULL ? 0
			    : config_file_read(path,
				  &(struct config_taker){on_file_line, s}, e);
}

static int
set_defaults(struct config_source *s, struct err *e)
{
	char store[sizeof("sqlite:/moderato.db") + PATH_MAX];

	for (size_t i = 0; config_options[i].name != NULL; i++) {
		const char *value = config_options[i].fallback;

		if (value != NULL && set(s, i, value, FROM_DEFAULT) != 0)
			return err_set(
			    e, ERR_DOWN, "no memory for the settings");
	}
	/* the one default that depends on another setting */
	snprintf(store, sizeof(store), "sqlite:%s/moderato.db",
	    s->values[config_option_find(span_of("var"))]);
	if (set(s, config_option_find(span_of("store")), store, FROM_DEFAULT) !=
	    0)
		return err_set(e, ERR_DOWN, "no memory for the settings");
	return 0;
}

static void
fill(struct config *c, const struct config_source *s)
{
	for (size_t i = 0; config_options[i].name != NULL; i++) {
		const struct option_row *o = &config_options[i];
		char *out = (char *)c + o->offset;

		if (o->kind != OPTION_NUMBER) {
			*(const char **)(void *)out = s->values[i];
			continue;
		}
		assert(s->values[i] != NULL); /* every number has a default */
		*(int64_t *)(void *)out = strtoll(s->values[i], NULL, 10);
	}
}

/* What each row takes, and both together cannot be. */
static int
check_listeners(const struct config *c, struct err *e)
{
	struct http_address api, admin;

	if (http_address_read(c->listen, &api, e) != 0 ||
	    http_address_read(c->listen_admin, &admin, e) != 0)
		return -1;
	if (!http_address_is_same(&api, &admin))
		return 0;
	return err_set(e, ERR_INPUT,
	    "listen-admin: \"%.80s\": is the address of listen, too: expected "
	    "another port",
	    c->listen_admin);
}

struct config_source *
config_read(struct config *c, int argc, char **argv, struct err *e)
{
	struct config_source *s = calloc(1, sizeof(*s));

	*c = (struct config){0};
	if (s == NULL) {
		err_set(e, ERR_DOWN, "no memory for the settings");
		return NULL;
	}
	if (read_flags(s, argc, argv, e) != 0 || read_environment(s, e) != 0 ||
	    read_file(s, e) != 0 || set_defaults(s, e) != 0) {
		config_free(s);
		return NULL;
	}
	fill(c, s);
	if (check_listeners(c, e) != 0) {
		config_free(s);
		return NULL;
	}
	return s;
}

static bool
same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

void
config_each_stale(const struct config_source *running,
    const struct config_source *wanted, void (*each)(const char *name))
{
	for (size_t i = 0; config_options[i].name != NULL; i++)
		if (!config_options[i].reloads &&
		    !same(running->values[i], wanted->values[i]))
			each(config_options[i].name);
}

void
config_free(struct config_source *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < CONFIG_OPTIONS_MAX; i++)
		free(s->values[i]);
	free(s);
}

void
config_show(const struct config_source *s, FILE *out)
{
	for (size_t i = 0; config_options[i].name != NULL; i++) {
		const struct option_row *o = &config_options[i];
		const char *value = s->values[i];

		fprintf(out, "%-20s = %-32s # %s\n", o->name,
		    value == NULL ? "" : config_option_shown(o, value),
		    origin_names[s->origins[i]]);
	}
}
