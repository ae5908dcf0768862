/*
 * Who may make a call, and for which site. Requests on the operators' socket
 * are an operator's; all others need an API key or, on the admin listener, a
 * session. A key is of one site; operators, and people of several sites, say
 * which one is meant by ?site=NAME.
 */
#ifndef EDGE_ACCESS_H
#define EDGE_ACCESS_H

#include "routes.h"
#include "service.h"

/*
 * Fills in the caller: 0, or -1 with ERR_AUTH, ERR_SCOPE, ERR_MISSING when it
 * has no such site, or ERR_INPUT when it must name one. On a route of any
 * site the caller's may be 0: all of them.
 */
int access_identify(
    struct call *call, const struct route *route, struct err *e);

/*
 * Whether access_identify will refuse whoever sent this, as can be told from
 * the headers alone: there is no key, or not one with such a scope.
 */
bool access_is_stranger(
    const struct worker *w, const struct http_request *r, unsigned scopes);

/* Whether the caller may do all, to all sites. */
bool access_is_operator(const struct call *call);

/*
 * Whether what it asks is about this site, too: where the caller is of more
 * than one, those on which it may do so.
 */
bool access_sees(const struct caller *c, int64_t site);

/* Whether two see what is of the same site. */
bool access_meets(const struct caller *a, const struct caller *b);

/* For what goes on and on: whether the call may still be made. */
bool access_holds(const struct worker *w, const struct caller *c);

/*
 * The first site of an id above `after` that the call is about, as
 * access_sees says. 0, or -1: there is none.
 */
int access_next_site(const struct call *call, int64_t after, struct site *out);

/* Reads a comment into the request's arena, of whichever of these sites it is:
 * 0, or -1 as store_get. */
int access_comment(
    const struct call *call, struct span id, struct record *out, struct err *e);

/*
 * Makes a copy of the call, in `out`, one about that site. 0, or -1 with
 * ERR_MISSING when the caller may not see it.
 */
int access_enter(
    const struct call *call, int64_t site, struct call *out, struct err *e);

#endif
