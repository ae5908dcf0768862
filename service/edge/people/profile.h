/*
 * /v1/session of who is signed in: who he is, what he changes about himself,
 * and signing out. A new name, password or authenticator takes the password
 * that is there, unless there is none or he just came by a link.
 */
#ifndef EDGE_PROFILE_H
#define EDGE_PROFILE_H

struct call;

void profile_get(const struct call *call);
void profile_change(const struct call *call);
void profile_sign_out(const struct call *call);

#endif
