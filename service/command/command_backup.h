/*
 * `moderatod backup FILE`: a copy of the store, while the service runs or
 * not; `moderatod restore FILE`: the way back, while it does not.
 */
#ifndef SERVICE_COMMAND_BACKUP_H
#define SERVICE_COMMAND_BACKUP_H

#include <stdio.h>

/* Arguments after the command's name. The exit code: 0 done, 1 failed, 2
 * wrong usage or settings. */
int command_backup(int argc, char **argv);
int command_restore(int argc, char **argv);

/* What --help says. */
void command_backup_help(FILE *out);
void command_restore_help(FILE *out);

#endif
