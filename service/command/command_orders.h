/*
 * The orders of the administration: what `moderatod NOUN VERB …` asks of the
 * API, and how the answer is shown. A table, nothing more.
 */
#ifndef SERVICE_COMMAND_ORDERS_H
#define SERVICE_COMMAND_ORDERS_H

#include <stdbool.h>

#include "command_fields.h"

struct order {
	const char *noun, *verb;
	const char *method, *path; /* "{}" in it is the argument */
	const char *argument;      /* what follows the verb; NULL: nothing */
	const char *member;        /* takes it, if the path does not */
	const char *rows;          /* takes the rows of the file that it is */
	const struct order_field *fields; /* up to a NULL flag; or NULL */
	const char *settings; /* where those of a site go; NULL: nowhere */
	const char *list;     /* the answer's member of rows; NULL: it is one */
	const char *cursor;   /* what its query calls `next`; NULL: after */
	const char *columns;  /* what is shown of each, joined by blanks */
	const char *says;     /* instead: text with {member} in it */
	bool begins;          /* makes a store where there is none */
	const char *help, *example;
};

/* Up to a NULL noun; those of a noun follow each other. */
extern const struct order orders[];

#endif
