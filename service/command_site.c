#include "command_site.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "command_store.h"
#include "edge/loop.h"

enum { NAME_BYTES_MAX = 64 };

static const char usage[] =
    "usage: moderatod site add NAME [FLAG…]\n"
    "       moderatod site list [FLAG…]\n\n"
    "Sites share nothing but the program: each has its own keys, comments and\n"
    "counts. FLAG is a setting of `moderatod serve`, such as --var. The\n"
    "service must be stopped: it holds the store.\n\n"
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
print_site(void *arg, int64_t site, const char *name)
{
	(void)arg;
	printf("%" PRId64 "  %s\n", site, name);
}

static int
list(struct store *s, const void *arg, struct err *e)
{
	(void)arg;
	return store_each_site(s, print_site, NULL, e);
}

int
command_site(int argc, char **argv)
{
	struct command_store c = {.name = "site"};

	if (argc >= 2 && strcmp(argv[0], "add") == 0 && is_name(argv[1])) {
		c.run = add;
		c.arg = argv[1];
		c.argc = argc - 2;
		c.flags = argv + 2;
	} else if (argc >= 1 && strcmp(argv[0], "list") == 0) {
		c.run = list;
		c.argc = argc - 1;
		c.flags = argv + 1;
	} else {
		fputs(usage, stderr);
		return COMMAND_USAGE;
	}
	return command_store_run(&c);
}
