/*
 * Problem documents (RFC 9457): how every error of the API looks. Each says
 * which field, what was expected and which request it was.
 */
#ifndef EDGE_PROBLEM_H
#define EDGE_PROBLEM_H

#include <jansson.h>

#include "../format/json_out.h"
#include "../process/err.h"
#include "http.h"

/* What is wrong with one field; pointer as in RFC 6901. */
struct problem_field {
	char pointer[128];
	char detail[160];
	char entry[32]; /* the id of what is there already; else empty */
};

/* Fills in what is wrong, cut to what there is room for; no entry. -1. */
int problem_misfit(struct problem_field *f, const char *pointer,
    const char *detail, ...) __attribute__((format(printf, 3, 4)));

/*
 * The pointer to a member of what is at `base`, by a name that somebody else
 * chose: that is shown only where it may be one of ours.
 */
void problem_point(const char *base, const char *name, char *out, size_t size);

/* The HTTP status that stands for an error's code. */
unsigned problem_status(enum err_code code);

/*
 * What a client is told of an error: its text; but what is broken inside is
 * for the log. Lives as long as `e`.
 */
const char *problem_detail(const struct err *e);

/*
 * Writes the members of a document that is part of an answer: type, title,
 * status, detail.
 */
void problem_write(struct json_out *o, unsigned status, const char *detail);

/*
 * Fills `out` with a document in `r`'s arena, or where that is full in the
 * room kept for it; `field` may be NULL.
 */
void problem_fill(struct http_request *r, unsigned status, const char *detail,
    const struct problem_field *field, struct http_response *out);

/* Answers `r` with the problem that `e` is, with ERR_FIELD that of `field`. */
void problem_answer(struct http_request *r, const struct err *e,
    const struct problem_field *field);

/*
 * The same with the members of `more` beside the document's own; gives that
 * back. NULL: none.
 */
void problem_answer_more(
    struct http_request *r, const struct err *e, json_t *more);

/* The same for any number of fields. */
void problem_answer_all(struct http_request *r, const struct err *e,
    const struct problem_field *fields, uint32_t n);

#endif
