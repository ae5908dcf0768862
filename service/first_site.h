/*
 * The first start of an installation: makes a site with a key, and tells the
 * key once.
 */
#ifndef SERVICE_FIRST_SITE_H
#define SERVICE_FIRST_SITE_H

#include "edge/known/credential.h"
#include "edge/request/service.h"

struct first_site {
	char key[CREDENTIAL_BYTES_MAX + 1]; /* "": nothing to tell */
	int random;                         /* made by us, so to be shown */
};

/*
 * Makes site `default` with a key of all scopes unless there is a site.
 * `given` is the key to use, NULL: a random one. 0 or -1. It
 * is in use once the directory is read anew.
 */
int first_site_open(struct first_site *f, const struct service *s,
    const char *given, struct err *e);

/* Prints what was made, with a command to try it. */
void first_site_tell(const struct first_site *f, unsigned port);

#endif
