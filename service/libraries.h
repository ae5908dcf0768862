/*
 * The libraries that the service runs with, as far as they tell their version
 * themselves: a line each, for whoever has to know what is in use.
 */
#ifndef SERVICE_LIBRARIES_H
#define SERVICE_LIBRARIES_H

#include <stdio.h>

void libraries_print(FILE *out);

/* Logs what of them the service was not tried with. */
void libraries_check(void);

#endif
