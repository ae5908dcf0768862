/*
 * /v1/users: who may sign in, and what they are on which site. An operator
 * sees all of them; who administers sites sees those of his sites, changes
 * what they are there, and does the rest to those who are nowhere else.
 */
#ifndef EDGE_USERS_H
#define EDGE_USERS_H

struct call;

void users_list(const struct call *call);
void users_add(const struct call *call);
void users_get(const struct call *call);
void users_change(const struct call *call);
void users_link(const struct call *call);
void users_drop(const struct call *call);

#endif
