/* The program `moderato-train`: a table of sub-commands. */
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "options.h"

static const struct command *const commands[] = {
    &command_import,
    &command_export,
    &command_train,
    &command_evaluate,
    &command_compare,
    &command_adapt,
    &command_replay,
    &command_propose,
    &command_promote,
    &command_rollback,
    &command_shadow,
    &command_score,
    &command_inspect,
    &command_scenarios,
    &command_evade,
};

/* What is larger goes back to the system as soon as it is free. By itself
 * glibc keeps it, once it has seen that such pieces come and go. */
enum { KEPT_BYTES_MAX = 1 << 18 };

enum { COMMANDS = sizeof(commands) / sizeof(*commands) };

static void
print_usage(FILE *to)
{
	fputs("usage: moderato-train COMMAND [OPTION]... [CORPUS]...\n\n", to);
	for (int i = 0; i < COMMANDS; i++)
		fprintf(to, "  %-10s %s\n", commands[i]->name,
		    commands[i]->summary);
	fputs("\n`moderato-train COMMAND --help` says more.\n"
	      "exit codes: 0 done, 1 failed, 2 the command line is wrong\n",
	    to);
}

static const struct command *
find(const char *name)
{
	for (int i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

/* Output that could not be written is a failure, not a success. */
static int
close_output(int code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	perror("moderato-train: standard output");
	return RUN_FAILED;
}

int
main(int argc, char **argv)
{
	if (argc > 1 &&
	    (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)) {
		print_usage(stdout);
		return close_output(RUN_OK);
	}
	const struct command *command = argc > 1 ? find(argv[1]) : NULL;
	if (command == NULL) {
		print_usage(stderr);
		return RUN_USAGE;
	}
	struct err e = {0};
	mallopt(M_MMAP_THRESHOLD, KEPT_BYTES_MAX);
	int code = command->run(command, argv + 1, &e);
	if (code != RUN_OK)
		fprintf(
		    stderr, "moderato-train %s: %s\n", command->name, e.text);
	return close_output(code);
}
