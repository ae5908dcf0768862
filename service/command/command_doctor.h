/*
 * `moderatod doctor`: what is wrong with an installation, and what to do, in
 * a table of checks.
 */
#ifndef SERVICE_COMMAND_DOCTOR_H
#define SERVICE_COMMAND_DOCTOR_H

#include <stdio.h>

/* Arguments after the command's name. The exit code: 0 no fault, 1 there is
 * one, 2 wrong usage or settings. */
int command_doctor(int argc, char **argv);

/* What --help says. */
void command_doctor_help(FILE *out);

#endif
