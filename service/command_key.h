/*
 * `moderatod key add|list|revoke`: the API keys, while the service is
 * stopped.
 */
#ifndef SERVICE_COMMAND_KEY_H
#define SERVICE_COMMAND_KEY_H

/* Returns the exit code: 0 done, 1 failed, 2 wrong usage. */
int command_key(int argc, char **argv);

#endif
