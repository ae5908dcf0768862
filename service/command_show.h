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

/* An answer, as the order says. */
void command_show(FILE *out, const struct order *o, const json_t *answer);

/* A problem document: what is wrong, a line each, after `who`. */
void command_show_problem(FILE *out, const char *who, const json_t *problem);

#endif
