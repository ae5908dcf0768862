/*
 * moderatod: the commands. The only file that knows them all.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command_admin.h"
#include "command_backup.h"
#include "command_doctor.h"
#include "command_health.h"
#include "edge/config/config.h"
#include "libraries.h"
#include "serve.h"
#include "version.h"

enum { EXIT_USAGE = 2 };

/* Reads the settings as `serve` would: 0, 2 when something is wrong. */
static int
check_config(int argc, char **argv)
{
	struct config config;
	struct err e = {0};
	struct config_source *s = config_read(&config, argc, argv, &e);

	if (s == NULL)
		fprintf(stderr, "moderatod: %s\n", e.text);
	else
		puts("the settings are well-formed");
	config_free(s);
	return s == NULL ? EXIT_USAGE : EXIT_SUCCESS;
}

/* `config show`: every setting and where it came from. */
static int
show_config(int argc, char **argv)
{
	struct config config;
	struct err e = {0};
	struct config_source *s;

	if (argc < 1 || strcmp(argv[0], "show") != 0) {
		fputs("usage: moderatod config show [FLAG…]\n", stderr);
		return EXIT_USAGE;
	}
	s = config_read(&config, argc - 1, argv + 1, &e);
	if (s == NULL)
		fprintf(stderr, "moderatod: %s\n", e.text);
	else
		config_show(s, stdout);
	config_free(s);
	return s == NULL ? EXIT_USAGE : EXIT_SUCCESS;
}

static int
print_version(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	puts("moderatod " MODERATO_VERSION);
	libraries_print(stdout);
	return EXIT_SUCCESS;
}

static const struct command {
	const char *name;
	/* without the command's name; NULL: the orders of that noun */
	int (*run)(int argc, char **argv);
	const char *help;
	bool helps; /* itself; else all help is about it, too */
} commands[] = {
    {"serve", serve, "serve the API (the default)"},
    {"site", NULL, "sites and their settings"},
    {"key", NULL, "API keys: add, list, rotate, revoke"},
    {"list", NULL, "what sites allow, hold and block"},
    {"model", NULL, "models: which there are, and which is in use"},
    {"author", NULL, "what is kept of an author: export, erase"},
    {"audit", NULL, "who did what; whether that log was changed"},
    {"user", NULL, "people: roles per site, one-time links"},
    {"webhook", NULL, "webhooks: whom to tell of what, and the log"},
    {"backup", command_backup, "copy the store, while the service runs", true},
    {"restore", command_restore, "put such a copy in its place", true},
    {"doctor", command_doctor, "look for what is wrong, and say what to do",
	true},
    {"check-config", check_config, "read the settings and say what is wrong"},
    {"config", show_config, "config show: every setting and its origin"},
    {"health", command_health, "ask a running service whether it is ready"},
    {"version", print_version, "print the version, and those of libraries"},
};
enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static void
print_help(FILE *out)
{
	fputs("moderatod: judges comments over HTTP, and says why\n\n"
	      "usage: moderatod [COMMAND] [FLAG…]\n\n",
	    out);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-14s%s\n", commands[i].name, commands[i].help);
	fputs("\nSettings, as flags, from the environment, or from the file "
	      "that --config\nnames, in this order:\n\n",
	    out);
	config_help(out);
	fputs("\nExamples:\n"
	      "  moderatod --state redis://127.0.0.1:6379/0\n"
	      "  moderatod key add --scopes check --label \"my blog\"\n"
	      "  moderatod config show\n\n"
	      "SIGHUP reads settings and model again; SIGTERM finishes what "
	      "is under way.\n"
	      "Exit codes: 0 well, 1 failed, 2 wrong usage or settings.\n",
	    out);
}

/* What could not be written is no success: half an export would look whole. */
static int
end_output(int code)
{
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return code;
	fputs(
	    "moderatod: not all could be written to standard output\n", stderr);
	return code == EXIT_SUCCESS ? EXIT_FAILURE : code;
}

static int
run(const struct command *c, int argc, char **argv)
{
	if (!c->helps && argc > 0 && strcmp(argv[0], "--help") == 0) {
		print_help(stdout);
		return EXIT_SUCCESS;
	}
	return c->run(argc, argv);
}

static int
dispatch(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "serve";

	if (strcmp(name, "--help") == 0 || strcmp(name, "help") == 0) {
		print_help(stdout);
		return EXIT_SUCCESS;
	}
	if (strcmp(name, "--version") == 0)
		return print_version(0, NULL);
	if (name[0] == '-')
		return serve(argc - 1, argv + 1);
	if (command_admin_knows(name))
		return command_admin(argc - 1, argv + 1);
	for (size_t i = 0; i < COMMANDS; i++)
		if (commands[i].run != NULL &&
		    strcmp(name, commands[i].name) == 0)
			return run(
			    &commands[i], argc > 2 ? argc - 2 : 0, argv + 2);
	fprintf(
	    stderr, "moderatod: \"%s\": no such command; see --help\n", name);
	return EXIT_USAGE;
}

int
main(int argc, char **argv)
{
	return end_output(dispatch(argc, argv));
}
