/*
 * The error of the edge: what the caller can do about it, and a short text
 * for people. The last parameter of what can fail; filled once, where the
 * failure is found; logged once, where it is handled.
 */
#ifndef EDGE_ERR_H
#define EDGE_ERR_H

enum err_code {
	ERR_NONE,
	ERR_INPUT, /* the request or the setting cannot be read */
	ERR_FIELD, /* a field is not what was expected */
	ERR_TOO_LARGE,
	ERR_AUTH,     /* no valid key */
	ERR_SCOPE,    /* the key may not do this */
	ERR_MISSING,  /* there is no such thing */
	ERR_CONFLICT, /* it was used for something else already */
	ERR_STALE,    /* it changed since the caller looked */
	ERR_TAKEN,    /* there is one already, or it is not free for this */
	ERR_BUSY,     /* try again later */
	ERR_RATE,     /* too much of it: slow down */
	ERR_DOWN,     /* something behind us does not work */
	ERR_BUG,
};

struct err {
	enum err_code code;
	char text[256]; /* one line, NUL-terminated */
};

/* Fills `e` and returns -1, so that a failing path is one line. */
int err_set(struct err *e, enum err_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The memory of a request has no room for it, or for what it is answered. */
#define ERR_NO_ROOM   ((struct err){ERR_TOO_LARGE, "the request is too large"})
#define ERR_NO_ANSWER ((struct err){ERR_TOO_LARGE, "the answer does not fit"})
int err_no_room(struct err *e);
int err_no_answer(struct err *e);

#endif
