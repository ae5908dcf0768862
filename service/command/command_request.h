/*
 * From the arguments of a command to the request that it means.
 */
#ifndef SERVICE_COMMAND_REQUEST_H
#define SERVICE_COMMAND_REQUEST_H

#include <jansson.h>
#include <stdbool.h>

#include "../edge/process/err.h"
#include "command_orders.h"

enum {
	REQUEST_TARGET_MAX = 2048,
	REQUEST_FLAGS_MAX = 64,
	REQUEST_FLAG_BYTES = 64,
};

struct command_request {
	const struct order *order;
	bool json, help;
	char target[REQUEST_TARGET_MAX]; /* path and query */
	json_t *body;                    /* an object */
	int n;
	char *flags[REQUEST_FLAGS_MAX + 1]; /* settings of the service */
};

/* Finds the order and fills the rest; argv[0] is the noun. 0, or -1 and `e`:
 * wrong usage, or ERR_DOWN. In any case to be released. */
int command_request_read(
    struct command_request *r, int argc, char **argv, struct err *e);

void command_request_release(struct command_request *r);

/* Adds to the query, in escapes. 0, or -1: it is too long. */
int command_request_ask(
    struct command_request *r, const char *name, const char *value);

/* The flag for a site's setting: "cutoffs.spam.hold" of /cutoffs/spam/hold. */
void command_request_flag(const char *pointer, char out[REQUEST_FLAG_BYTES]);

#endif
