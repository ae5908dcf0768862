/*
 * moderatod: the commands. The only file that knows them all.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/command.h"
#include "command/command_admin.h"
#include "command/command_backup.h"
#include "command/command_doctor.h"
#include "command/command_health.h"
#include "edge/config/config.h"
#include "libraries.h"
#include "manual.h"
#include "retrain.h"
#include "serve.h"
#include "version.h"

/* What is well-formed, and yet would leave a retraining nothing to learn
 * from. 0 or -1. */
static int
check_retraining(const struct config *c, struct err *e)
{
	if (c->retrain_after == 0 || c->retrain_corpora == NULL)
		return 0;
	return retrain_check_corpora(c->retrain_corpora, e);
}

/* Reads the settings as `serve` would: 0, 2 when something is wrong. */
static int
check_config(int argc, char **argv)
{
	struct config config;
	struct err e = {0};
	struct config_source *s = config_read(&config, argc, argv, &e);
	bool good = s != NULL && check_retraining(&config, &e) == 0;

	if (good)
		puts("the settings are well-formed");
	else
		fprintf(stderr, "moderatod: %s\n", e.text);
	config_free(s);
	return good ? EXIT_SUCCESS : EXIT_USAGE;
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
	if (argc > 0) {
		fprintf(
		    stderr, "moderatod version: %s: takes no flag\n", argv[0]);
		return EXIT_USAGE;
	}
	puts("moderatod " MODERATO_VERSION);
	libraries_print(stdout);
	return EXIT_SUCCESS;
}

static const struct command commands[] = {
    {"serve", serve, "serve the API (the default)", NULL},
    {"site", NULL, "sites and their settings", NULL},
    {"key", NULL, "API keys: add, list, rotate, revoke", NULL},
    {"list", NULL, "what sites allow, hold and block", NULL},
    {"model", NULL, "models: which there are, and which is in use", NULL},
    {"author", NULL, "what is kept of an author: export, erase", NULL},
    {"audit", NULL, "who did what; whether that log was changed", NULL},
    {"user", NULL, "people: roles per site, one-time links", NULL},
    {"webhook", NULL, "webhooks: whom to tell of what, and the log", NULL},
    {"backup", command_backup, "copy the store, while the service runs",
	command_backup_help},
    {"restore", command_restore, "put such a copy in its place",
	command_restore_help},
    {"doctor", command_doctor, "look for what is wrong, and say what to do",
	command_doctor_help},
    {"check-config", check_config, "read the settings and say what is wrong",
	NULL},
    {"config", show_config, "config show: every setting and its origin", NULL},
    {"health", command_health, "ask a running service whether it is ready",
	NULL},
    {"version", print_version, "print the version, and those of libraries",
	NULL},
    {NULL, NULL, NULL, NULL},
};

static const struct program program = {
    .does = "judges comments over HTTP, and says why",
    .about = "is what a blog engine asks about each comment: whether to "
	     "publish, hold or reject it. It says exactly why, keeps what it "
	     "held in a queue for people, and learns from what they decide. "
	     "It starts without any setting.",
    .commands = commands,
    .settings = "Settings, as flags, from the environment, or from the file "
		"that --config\nnames, in this order:",
    .examples = "  moderatod --state redis://127.0.0.1:6379/0\n"
		"  moderatod key add --scopes check --label \"my blog\"\n"
		"  moderatod doctor\n"
		"  moderatod config show\n"
		"  moderatod --man | man -l -\n",
    .signals = "SIGHUP reads settings and model again; SIGTERM finishes what "
	       "is under way.",
    .exits = "Exit codes: 0 well, 1 failed, 2 wrong usage or settings.",
};

static void
print_help(FILE *out)
{
	fprintf(out,
	    "moderatod: %s\n\n"
	    "usage: moderatod [COMMAND] [FLAG…]\n\n",
	    program.does);
	for (const struct command *c = commands; c->name != NULL; c++)
		fprintf(out, "  %-14s%s\n", c->name, c->help);
	fprintf(out, "\n%s\n\n", program.settings);
	config_help(out);
	fprintf(out, "\nExamples:\n%s\n%s\n%s\n", program.examples,
	    program.signals, program.exits);
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
	if (c->more == NULL && argc > 0 && strcmp(argv[0], "--help") == 0) {
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
	if (strcmp(name, "--man") == 0) {
		manual_print(stdout, &program);
		return EXIT_SUCCESS;
	}
	if (strcmp(name, "--version") == 0)
		return print_version(argc - 2, argv + 2);
	if (name[0] == '-')
		return serve(argc - 1, argv + 1);
	if (command_admin_knows(name))
		return command_admin(argc - 1, argv + 1);
	for (const struct command *c = commands; c->name != NULL; c++)
		if (c->run != NULL && strcmp(name, c->name) == 0)
			return run(c, argc > 2 ? argc - 2 : 0, argv + 2);
	fprintf(
	    stderr, "moderatod: \"%s\": no such command; see --help\n", name);
	return EXIT_USAGE;
}

int
main(int argc, char **argv)
{
	return end_output(dispatch(argc, argv));
}
