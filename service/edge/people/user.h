/*
 * Somebody, as who administers sites may see him: with his roles there, and
 * no others.
 */
#ifndef EDGE_USER_H
#define EDGE_USER_H

#include <jansson.h>

#include "../request/account.h"
#include "../request/service.h"

/* Reads what somebody is to be called, as a field's `read` (fields.h). */
int user_name_field(json_t *v, void *out);

/* Whether the caller administers a site, wherever he asks. */
bool user_seen_on(const struct call *call, int64_t site);

/* Whether somebody is on one of the caller's sites. */
bool user_is_known(const struct call *call, const struct store_account *a);

/* 0, or -1: he is on others, too, so not all may be done to him. ERR_SCOPE. */
int user_check_own(
    const struct call *call, const struct store_account *a, struct err *e);

/* Somebody whom the caller knows, by the name in the path. 0 or -1. */
int user_find(
    const struct call *call, struct account_found *out, struct err *e);

/* What may be told of him; NULL: no memory. */
json_t *user_to_json(const struct call *call, const struct store_account *a);

#endif
