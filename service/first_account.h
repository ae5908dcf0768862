/*
 * The first person: as long as nobody has a password, each start makes a
 * one-time link to the page for an operator, and tells it.
 */
#ifndef SERVICE_FIRST_ACCOUNT_H
#define SERVICE_FIRST_ACCOUNT_H

#include "edge/process/secrets.h"
#include "edge/request/service.h"

struct first_account {
	char token[SECRETS_TOKEN_BYTES + 1]; /* "": nothing to tell */
};

/* 0 or -1. */
int first_account_open(
    struct first_account *f, const struct service *s, struct err *e);

/* Prints the link. */
void first_account_tell(const struct first_account *f, const struct service *s);

#endif
