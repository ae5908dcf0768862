/*
 * The manual page moderatod(8), of the tables that --help is made of.
 */
#ifndef SERVICE_MANUAL_H
#define SERVICE_MANUAL_H

#include <stdio.h>

struct program;

/* Writes it as mdoc(7). */
void manual_print(FILE *out, const struct program *p);

#endif
