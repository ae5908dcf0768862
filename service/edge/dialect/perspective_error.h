/*
 * What goes wrong in the Perspective dialect, and the document that says so:
 * google.rpc.Status as JSON, with the details that clients look into.
 */
#ifndef EDGE_PERSPECTIVE_ERROR_H
#define EDGE_PERSPECTIVE_ERROR_H

#include "../../core/span.h"
#include "../http/http.h"

/* In the order of the table in perspective_error.c. */
enum perspective_fault {
	PERSPECTIVE_JSON,  /* the body cannot be read */
	PERSPECTIVE_FIELD, /* a field is not what was expected */
	PERSPECTIVE_EMPTY,
	PERSPECTIVE_LONG,
	PERSPECTIVE_LANGUAGE, /* the attribute's head did not learn it */
	PERSPECTIVE_KEYLESS,
	PERSPECTIVE_KEY,   /* there is no such key */
	PERSPECTIVE_SCOPE, /* the key may not do this */
	PERSPECTIVE_QUOTA, /* too many requests */
	PERSPECTIVE_DOWN,
	PERSPECTIVE_BUG,
};

struct perspective_error {
	enum perspective_fault fault;
	char message[256]; /* valid UTF-8, NUL-terminated */
	char field[96];    /* of a PERSPECTIVE_FIELD: "comment.text" */
	/* of a PERSPECTIVE_LANGUAGE: what was asked, borrowed */
	const char *attribute;
	const struct span *languages;
	size_t n_languages;
};

/* Fills fault and message and returns -1. */
int perspective_error_set(struct perspective_error *e,
    enum perspective_fault fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The document, in `a`; p NULL when it does not fit. */
struct span perspective_error_write(
    const struct perspective_error *e, struct arena *a);

/* Answers `r` with it. */
void perspective_error_answer(
    struct http_request *r, const struct perspective_error *e);

#endif
