/*
 * /v1/keys: API keys, whose values are told once, when they are made. Nobody
 * gives, renews or takes away more than they have themselves.
 */
#ifndef EDGE_KEYS_H
#define EDGE_KEYS_H

struct call;

void keys_list(const struct call *call);
void keys_add(const struct call *call);

/* A second value with the same scopes; the first one ends some time later. */
void keys_rotate(const struct call *call);

void keys_revoke(const struct call *call);

#endif
