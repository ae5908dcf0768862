/*
 * Sessions of people: the cookie, who it is, and that a change was asked for
 * by our own page and not by another one in the same browser.
 */
#ifndef EDGE_SESSION_H
#define EDGE_SESSION_H

#include <jansson.h>

#include "account.h"
#include "service.h"

enum {
	SESSION_IDLE_MS = 12 * 3600 * 1000,
	SESSION_WHOLE_S = 7 * 24 * 3600,
};

/* Somebody who is signed in, in the request's arena. */
struct session {
	struct account_found found;
	char csrf[PSEUDONYM_BYTES + 1]; /* what each change must come with */
};

/* The session's token in a Cookie header; p NULL: none. */
struct span session_token(struct span cookie);

/* Whether a request comes with a cookie of ours. */
bool session_is_offered(const struct http_request *r);

/* Whether it has ended by itself, at this time. */
bool session_is_over(const struct store_session *s, int64_t now_ms);

/*
 * Who it is; for anything but a GET, that it was asked for by our page. 0, or
 * -1: ERR_AUTH, ERR_SCOPE.
 */
int session_find(const struct call *call, struct session *out, struct err *e);

/* As session_find, and makes the caller of it. */
int session_identify(struct call *call, struct err *e);

/*
 * For what goes on and on: whether the session of such a caller does too, and
 * he may do what he might before.
 */
bool session_holds(const struct worker *w, const struct caller *c);

/* 0, or -1: a browser says that another site asks. ERR_SCOPE. */
int session_check_origin(const struct call *call, struct err *e);

/*
 * Fills in what begins now for `found.account`, and has the answer set its
 * cookie. 0, or -1: the arena is full.
 */
int session_begin(
    const struct call *call, struct session *s, int64_t now_ms, struct err *e);

/* Has the answer take the cookie away. */
void session_end(const struct call *call);

/* What the page has to know; NULL: no memory. */
json_t *session_to_json(const struct call *call, const struct session *s);

#endif
