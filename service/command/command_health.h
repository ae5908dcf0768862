/*
 * `moderatod health`: asks a running service whether it is ready, for
 * containers and scripts that have no HTTP client.
 */
#ifndef SERVICE_COMMAND_HEALTH_H
#define SERVICE_COMMAND_HEALTH_H

/* Returns the exit code: 0 ready, 1 not, 2 wrong usage. */
int command_health(int argc, char **argv);

#endif
