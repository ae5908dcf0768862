/*
 * What an order and its answers look like to people.
 */
#ifndef SERVICE_COMMAND_SHOW_H
#define SERVICE_COMMAND_SHOW_H

#include <jansson.h>
#include <stdio.h>

#include "command_orders.h"

/* How the orders of a noun are used. */
void command_show_usage(FILE *out, const char *noun);

/* In short: how an order is used, or where that is NULL all of the noun. */
void command_show_forms(FILE *out, const char *noun, const struct order *only);

/* How the rows of a list are shown. */
enum show_rows {
	SHOW_BARE,       /* for programs: columns two blanks apart */
	SHOW_TABLE,      /* for people: aligned, under their names */
	SHOW_TABLE_MORE, /* the same, whose names were shown before */
};

/* An answer, as the order says. */
void command_show(
    FILE *out, const struct order *o, const json_t *answer, enum show_rows how);

/* A problem document: what is wrong, a line each, after `who`. */
void command_show_problem(FILE *out, const char *who, const json_t *problem);

#endif
