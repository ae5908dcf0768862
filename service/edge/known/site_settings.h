/*
 * What a site says of itself: one table of settings drives reading a change
 * from JSON, writing JSON, and what the command line knows of them. Knows not
 * what they are for.
 */
#ifndef EDGE_SITE_SETTINGS_H
#define EDGE_SITE_SETTINGS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "../../core/model.h"
#include "../http/problem.h"
#include "../process/err.h"

/* Bounds of holding and of rejecting; NAN: not set. */
struct site_bounds {
	double hold, reject;
};

/* Days that what is kept, see store_retention.h; 0: for ever. */
struct site_retention {
	int64_t all_days, spam_days, text_days, request_days;
};

struct site_settings {
	/* what dialects that know but spam and ham are told of a held
	 * comment, and whether a blatant one need not be kept */
	bool held_is_spam, may_discard;
	bool adapt; /* whether its own decisions make the model its own */
	struct site_bounds cutoffs[MODEL_HEADS]; /* probabilities */
	struct site_bounds budget; /* shares of the good comments */
	int64_t trust_after;       /* approved comments; 0: never */
	struct site_retention retention;
	int64_t limit_author, limit_ip; /* -1: the service's; 0: none */
	int64_t webhooks_delay_s;
	int64_t report_hold; /* readers; 0: never */
};

/* A setting as others may list it. */
struct site_setting {
	const char *pointer; /* RFC 6901: "/cutoffs/spam/hold" */
	const char *expected, *help;
};

/* Row `at` of the table; pointer NULL behind the last one. */
struct site_setting site_settings_row(unsigned at);

struct site_settings site_settings_default(void);

/*
 * Changes what the object `o` names; null is the default. ERR_NONE, or
 * ERR_FIELD: `s` is as it was, and `field` names the first misfit below
 * `base` (a JSON pointer such as "/settings", "" at the top).
 */
enum err_code site_settings_patch(struct site_settings *s, json_t *o,
    const char *base, struct problem_field *field);

enum site_settings_which { SETTINGS_ALL, SETTINGS_SET };

/*
 * An object of all of them, or of those that are not the default; NULL
 * without memory. Give back with json_decref.
 */
json_t *site_settings_json(
    const struct site_settings *s, enum site_settings_which which);

#endif
