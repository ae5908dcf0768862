#include "command_site.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command_store.h"
#include "edge/json.h"
#include "edge/loop.h"
#include "edge/site_settings.h"
#include "edge/store_admin.h"

enum { NAME_BYTES_MAX = 64 };

static const char usage[] =
    "usage: moderatod site add NAME [FLAG…]\n"
    "       moderatod site list [FLAG…]\n"
    "       moderatod site set NAME --held spam|ham [FLAG…]\n"
    "       moderatod site set NAME --discard yes|no [FLAG…]\n\n"
    "Sites share nothing but the program: each has its own keys, comments and\n"
    "counts. Engines that know only spam and ham are told that a held comment\n"
    "is --held (spam), and whether they may drop what is blatant: --discard\n"
    "(no). FLAG is a setting of `moderatod serve`, such as --var. The service\n"
    "must be stopped: it holds the store.\n\n"
    "  moderatod site add \"my other blog\"\n"
    "  moderatod key add --site \"my other blog\"\n\n"
    "Exit codes: 0 done, 1 failed, 2 wrong usage or settings.\n";

static bool
is_name(const char *name)
{
	size_t n = strlen(name);

	if (n == 0 || n > NAME_BYTES_MAX || name[0] == '-')
		return false;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)name[i] < ' ' || name[i] == 0x7f)
			return false;
	return true;
}

static int
add(struct store *s, const void *name, struct err *e)
{
	int64_t site;

	if (store_add_site(s, name, clock_unix_ms(), &site, e) != 0)
		return -1;
	printf("%" PRId64 "  %s\n", site, (const char *)name);
	return 0;
}

static void
print_site(void *arg, const struct store_site *site)
{
	(void)arg;
	printf("%" PRId64 "  %s\n", site->id, site->name);
}

static int
list(struct store *s, const void *arg, struct err *e)
{
	(void)arg;
	return store_each_site(s, print_site, NULL, e);
}

/* What is to be set, and where. */
struct change {
	const char *name;
	json_t *patch; /* of its settings */
	int64_t site;  /* 0: there is none of that name */
	struct site_settings settings;
};

/* argv is NAME, flag and value; whether it is. */
static bool
read_change(struct change *c, char **argv)
{
	const char *value = argv[2];

	*c = (struct change){.name = argv[0]};
	if (strcmp(argv[1], "--held") == 0)
		c->patch = json_pack("{s:s}", "held", value);
	else if (strcmp(argv[1], "--discard") == 0)
		c->patch =
		    json_pack("{s:b}", "discard", strcmp(value, "yes") == 0);
	return c->patch != NULL;
}

static void
find_site(void *arg, const struct store_site *site)
{
	struct change *c = arg;
	struct problem_field ignored;
	struct err e;
	json_t *o;

	if (strcmp(site->name, c->name) != 0)
		return;
	c->site = site->id;
	c->settings = site_settings_default();
	o = json_read(site->settings, &e);
	site_settings_patch(&c->settings, o, "", &ignored);
	json_decref(o);
}

static int
write_change(struct store *s, const struct change *c, struct err *e)
{
	json_t *o = site_settings_json(&c->settings, SETTINGS_SET);
	char *text = json_dumps(o, JSON_COMPACT);
	struct store_site site = {.id = c->site, .name = c->name};
	int result = -1;

	if (text == NULL)
		err_set(e, ERR_DOWN, "no memory");
	else
		site.settings = span_of(text);
	if (text != NULL)
		result = store_set_site(s, &site, e);
	free(text);
	json_decref(o);
	return result;
}

static int
set(struct store *s, const void *arg, struct err *e)
{
	struct change c = *(const struct change *)arg;
	struct problem_field field;
	int result;

	if (store_each_site(s, find_site, &c, e) != 0)
		return -1;
	if (c.site == 0)
		result = err_set(e, ERR_MISSING, "no site \"%s\"", c.name);
	else if (site_settings_patch(&c.settings, c.patch, "", &field) !=
		 ERR_NONE)
		result = err_set(
		    e, ERR_FIELD, "%s: %s", field.pointer, field.detail);
	else
		result = write_change(s, &c, e);
	json_decref(c.patch);
	return result;
}

/* Says what to run and with which flags; false: wrong usage. */
static bool
read_order(
    struct command_store *c, struct change *change, int argc, char **argv)
{
	int used;

	if (argc >= 2 && strcmp(argv[0], "add") == 0 && is_name(argv[1])) {
		c->run = add;
		c->arg = argv[1];
		used = 2;
	} else if (argc >= 1 && strcmp(argv[0], "list") == 0) {
		c->run = list;
		used = 1;
	} else if (argc >= 4 && strcmp(argv[0], "set") == 0 &&
		   read_change(change, argv + 1)) {
		c->run = set;
		c->arg = change;
		used = 4;
	} else {
		return false;
	}
	c->argc = argc - used;
	c->flags = argv + used;
	return true;
}

int
command_site(int argc, char **argv)
{
	struct command_store c = {.name = "site"};
	struct change change;

	if (read_order(&c, &change, argc, argv))
		return command_store_run(&c);
	fputs(usage, stderr);
	return COMMAND_USAGE;
}
