/*
 * `moderatod site|key|…`: the administration from the command line, as a
 * client of the API. Asks the running service on its operators' socket; when
 * none runs, opens what it would have for the one request, so that there is
 * one way.
 */
#ifndef SERVICE_COMMAND_ADMIN_H
#define SERVICE_COMMAND_ADMIN_H

#include <stdbool.h>

/* Whether there are orders of this noun. */
bool command_admin_knows(const char *noun);

/*
 * Runs an order, argv[0] being its noun. The exit code: 0 done, 1 failed, 2
 * wrong usage or settings.
 */
int command_admin(int argc, char **argv);

#endif
