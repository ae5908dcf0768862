/*
 * What the program is, and its commands, as the table in main.c has them: for
 * --help and the manual page.
 */
#ifndef SERVICE_COMMAND_H
#define SERVICE_COMMAND_H

#include <stdio.h>

/* Beside EXIT_SUCCESS and EXIT_FAILURE: the command line, or settings. */
enum { EXIT_USAGE = 2 };

struct command {
	const char *name;
	/* without the command's name; NULL: the orders of that noun */
	int (*run)(int argc, char **argv);
	const char *help;
	/* what its own --help says; NULL: all help is about it, too */
	void (*more)(FILE *out);
};

/* Texts are sentences, or lines where that is said. */
struct program {
	const char *does;               /* of which the name is what does it */
	const char *about;              /* likewise */
	const struct command *commands; /* up to one without a name */
	const char *settings;
	const char *examples; /* lines */
	const char *signals, *exits;
};

#endif
