/*
 * What the commands that work on the store share: settings are read and the
 * store is opened, which the running service would hold.
 */
#ifndef SERVICE_COMMAND_STORE_H
#define SERVICE_COMMAND_STORE_H

#include "edge/store.h"

enum { COMMAND_USAGE = 2 }; /* exit code: wrong usage or settings */

struct command_store {
	const char *name; /* of the command, for messages */
	int argc;
	char **flags; /* settings of `moderatod serve` */
	/* 0, or -1 and `e` */
	int (*run)(struct store *s, const void *arg, struct err *e);
	const void *arg;
};

/* Runs it; returns the exit code of the process. */
int command_store_run(const struct command_store *c);

#endif
