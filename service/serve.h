/*
 * The running service: opens everything, serves, reloads, drains, closes
 * everything in reverse.
 */
#ifndef SERVICE_SERVE_H
#define SERVICE_SERVE_H

/* `moderatod serve FLAG…`: returns the exit code of the process. */
int serve(int argc, char **argv);

#endif
