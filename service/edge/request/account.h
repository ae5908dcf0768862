/*
 * People: what they are called, what a role may do, and one-time links.
 */
#ifndef EDGE_ACCOUNT_H
#define EDGE_ACCOUNT_H

#include "../known/directory.h"
#include "../process/secrets.h"

#define ACCOUNT_NAME_EXPECTED                                                  \
	"2 to 32 letters, digits, '.', '_', '@' or '-'; not a word of ours"

/* Whether it is no possible name. */
bool account_name_misfit(const char *name);

/* The name of a role, and back: ROLES, there is none. */
const char *account_role_name(enum role r);
enum role account_role_named(const char *name);

/* What it may do, as SCOPE_* bits. */
unsigned account_scopes(enum role r);

/* The highest role that somebody has anywhere. */
enum role account_role(const struct store_account *a);

enum { ACCOUNT_LINK_MS = 24 * 3600 * 1000 };

/* Makes a one-time link; its token is told only this once. */
void account_make_link(struct store_account *a, int64_t until_ms,
    char token[SECRETS_TOKEN_BYTES + 1]);

/* Whether it may be used; not when the clock went back since it was made. */
bool account_link_holds(const struct store_account *a, int64_t now_ms);

/* It is used, or replaced by a password. */
void account_end_link(struct store_account *a);

/*
 * Makes `c` the caller that somebody is: an operator, or one of some sites.
 * 0, or -1: the arena is full.
 */
int account_caller(
    const struct store_account *a, struct arena *arena, struct caller *c);

#endif
