#include "command_site.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "command_store.h"
#include "edge/loop.h"
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
	const char *name, *setting;
	bool value, found;
	struct store_site site; /* as it is; its name is the store's */
};

static const struct setting {
	const char *flag, *no, *yes;
	size_t offset;
} settings[] = {
    {"--held", "ham", "spam", offsetof(struct store_site, held_is_spam)},
    {"--discard", "no", "yes", offsetof(struct store_site, may_discard)},
};

static const struct setting *
setting_named(const char *flag)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (strcmp(flag, settings[i].flag) == 0)
			return &settings[i];
	return NULL;
}

/* argv is NAME, flag and value; whether it is. */
static bool
read_change(struct change *c, char **argv)
{
	const struct setting *s = setting_named(argv[1]);

	if (s == NULL)
		return false;
	*c = (struct change){.name = argv[0], .setting = argv[1]};
	c->value = strcmp(argv[2], s->yes) == 0;
	return c->value || strcmp(argv[2], s->no) == 0;
}

static void
find_site(void *arg, const struct store_site *site)
{
	struct change *c = arg;

	if (strcmp(site->name, c->name) != 0)
		return;
	c->site = *site;
	c->found = true;
}

static int
set(struct store *s, const void *arg, struct err *e)
{
	struct change c = *(const struct change *)arg;
	const struct setting *setting = setting_named(c.setting);

	if (store_each_site(s, find_site, &c, e) != 0)
		return -1;
	if (!c.found)
		return err_set(e, ERR_MISSING, "no site \"%s\"", c.name);
	*(bool *)((char *)&c.site + setting->offset) = c.value;
	return store_set_site(s, &c.site, e);
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
