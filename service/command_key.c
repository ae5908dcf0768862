#include "command_key.h"

#include <stdio.h>
#include <string.h>

#include "command_store.h"
#include "edge/api_key.h"
#include "edge/loop.h"
#include "edge/rfc3339.h"

enum { FLAGS_MAX = 64, SCOPE_LIST_BYTES = 64 };

/* The command's own options; the rest are settings. */
struct order {
	const char *verb, *id, *scopes, *label, *value, *site;
	int n;
	char *flags[FLAGS_MAX + 1];
};

static const char usage[] =
    "usage: moderatod key add [--site NAME] [--scopes LIST] [--label TEXT]\n"
    "                         [--value KEY] [FLAG…]\n"
    "       moderatod key list [FLAG…]\n"
    "       moderatod key revoke ID [FLAG…]\n\n"
    "Scopes: check, feedback, moderate, admin, joined by commas\n"
    "(check,feedback).\n"
    "Only keys with moderate or admin see scores and reasons. FLAG is a\n"
    "setting of `moderatod serve`, such as --var. The service must be\n"
    "stopped: it holds the store.\n\n"
    "  moderatod key add --scopes check --label \"my blog\"\n\n"
    "Exit codes: 0 done, 1 failed, 2 wrong usage or settings.\n";

/* Takes `name VALUE` at argv[*at] into *out; whether it was there. */
static bool
take(const char *name, char **argv, int *at, const char **out)
{
	if (strcmp(argv[*at], name) != 0 || argv[*at + 1] == NULL)
		return false;
	*out = argv[++*at];
	return true;
}

static bool
parse(struct order *o, int argc, char **argv)
{
	if (argc < 1)
		return false;
	o->verb = argv[0];
	for (int at = 1; at < argc; at++) {
		if (take("--site", argv, &at, &o->site) ||
		    take("--scopes", argv, &at, &o->scopes) ||
		    take("--label", argv, &at, &o->label) ||
		    take("--value", argv, &at, &o->value))
			continue;
		if (at == 1 && argv[at][0] != '-')
			o->id = argv[at];
		else if (o->n < FLAGS_MAX)
			o->flags[o->n++] = argv[at];
	}
	return true;
}

struct wanted_site {
	const char *name;
	int64_t site;
};

static void
match_site(void *arg, const struct store_site *site)
{
	struct wanted_site *w = arg;

	if (strcmp(site->name, w->name) == 0)
		w->site = site->id;
}

static int
add(struct store *s, const struct order *o, struct err *e)
{
	struct wanted_site wanted = {o->site, 0};
	struct api_key_order order = {
	    .scopes = api_key_scopes(o->scopes),
	    .label = o->label,
	    .value = o->value,
	};
	char key[API_KEY_BYTES_MAX + 1];

	if (order.scopes == 0)
		return err_set(e, ERR_INPUT,
		    "--scopes: \"%s\": expected check, feedback, moderate, "
		    "admin, joined by commas",
		    o->scopes);
	if (o->value != NULL && api_key_misfit(o->value))
		return err_set(
		    e, ERR_INPUT, "--value: expected %s", API_KEY_EXPECTED);
	if (store_each_site(s, match_site, &wanted, e) != 0)
		return -1;
	if (wanted.site == 0)
		return err_set(e, ERR_MISSING, "no site \"%s\"", o->site);
	order.site = wanted.site;
	if (api_key_add(s, &order, key, e) != 0)
		return -1;
	printf("API key: %s\n", key);
	return 0;
}

static void
print_key(void *arg, const struct store_key *k)
{
	char scopes[SCOPE_LIST_BYTES], time[RFC3339_BYTES];

	(void)arg;
	api_key_write_scopes(k->scopes, scopes, sizeof(scopes));
	rfc3339_write(k->created_at_ms, time);
	printf("%s  %s  %-8s  %-32s  %s\n", k->id, time,
	    k->revoked_at_ms == 0 ? "valid" : "revoked", scopes, k->label);
}

static int
run(struct store *s, const void *arg, struct err *e)
{
	const struct order *o = arg;

	if (strcmp(o->verb, "add") == 0)
		return add(s, o, e);
	if (strcmp(o->verb, "list") == 0)
		return store_each_key(s, print_key, NULL, e);
	if (o->id == NULL)
		return err_set(e, ERR_INPUT, "revoke: expected the key's id");
	return store_revoke_key(s, o->id, clock_unix_ms(), e);
}

static bool
is_verb(const char *verb)
{
	return strcmp(verb, "add") == 0 || strcmp(verb, "list") == 0 ||
	       strcmp(verb, "revoke") == 0;
}

int
command_key(int argc, char **argv)
{
	struct order o = {
	    .scopes = "check,feedback", .label = "", .site = "default"};
	struct command_store c = {
	    .name = "key",
	    .flags = o.flags,
	    .run = run,
	    .arg = &o,
	};

	if (!parse(&o, argc, argv) || !is_verb(o.verb)) {
		fputs(usage, stderr);
		return COMMAND_USAGE;
	}
	c.argc = o.n;
	return command_store_run(&c);
}
