/*
 * The table of options: one row feeds the flag, the environment variable,
 * the line of the file, the check and the help. Private to config*.c.
 */
#ifndef EDGE_CONFIG_OPTIONS_H
#define EDGE_CONFIG_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../core/span.h"

enum option_kind {
	OPTION_TEXT,
	OPTION_ADDRESS,
	OPTION_NUMBER,
	OPTION_CHOICE,
	OPTION_STATE, /* URI of a state */
	OPTION_STORE, /* URI of a store */
	OPTION_KEY,   /* an API key */
	OPTION_PROXIES,
	OPTION_HOSTS, /* of webhooks */
};

struct option_row {
	const char *name; /* of the flag without dashes, and in the file */
	enum option_kind kind;
	size_t offset; /* in struct config */
	const char *fallback;
	int64_t least, most;        /* of a number */
	const char *const *choices; /* of a choice, up to NULL */
	bool secret;  /* also from the file NAME_FILE names; never shown */
	bool reloads; /* SIGHUP puts a new value in use */
	const char *expected, *help;
};

enum { CONFIG_OPTIONS_MAX = 40, CONFIG_FILE_OPTION = 0 };

/* Up to a row without name. Row CONFIG_FILE_OPTION is the config file. */
extern const struct option_row config_options[];

/* The row of that name, CONFIG_OPTIONS_MAX when there is none. */
size_t config_option_find(struct span name);

/* Whether `value` is not what the row expects. */
bool config_option_misfit(const struct option_row *o, const char *value);

/* The value as it may be shown: what may hold a secret is not. */
const char *config_option_shown(const struct option_row *o, const char *value);

/* The environment variable of the row, NUL-terminated. */
void config_option_variable(const struct option_row *o, char *out, size_t size);

#endif
