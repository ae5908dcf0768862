#include "command_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "edge/config.h"
#include "edge/secrets.h"

static int
run(const struct command_store *c, const struct config *config, struct err *e)
{
	unsigned char secret[SECRET_BYTES];
	struct store *s;
	int failed;

	umask(077);
	/* makes the folder of a new installation */
	if (secrets_init(e) != 0 || secrets_load(config->var, secret, e) != 0)
		return -1;
	s = store_open(config->store, e);
	if (s == NULL)
		return -1;
	failed = c->run(s, c->arg, e);
	store_close(s);
	return failed;
}

int
command_store_run(const struct command_store *c)
{
	struct config config;
	struct err e = {0};
	struct config_source *source =
	    config_read(&config, c->argc, c->flags, &e);
	int code = COMMAND_USAGE;

	if (source != NULL)
		code = run(c, &config, &e) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	if (code != EXIT_SUCCESS)
		fprintf(stderr, "moderatod %s: %s\n", c->name, e.text);
	config_free(source);
	return code;
}
