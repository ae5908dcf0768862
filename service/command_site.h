/*
 * `moderatod site add|list`: the sites, while the service is stopped.
 */
#ifndef SERVICE_COMMAND_SITE_H
#define SERVICE_COMMAND_SITE_H

/* Returns the exit code: 0 done, 1 failed, 2 wrong usage. */
int command_site(int argc, char **argv);

#endif
