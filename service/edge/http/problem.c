#include "problem.h"

#include <stdio.h>

#include "../format/json.h"
#include "../process/log.h"

static const unsigned statuses[] = {
    [ERR_NONE] = 500,
    [ERR_INPUT] = 400,
    [ERR_FIELD] = 422,
    [ERR_TOO_LARGE] = 413,
    [ERR_AUTH] = 401,
    [ERR_SCOPE] = 403,
    [ERR_MISSING] = 404,
    [ERR_CONFLICT] = 422,
    [ERR_STALE] = 409,
    [ERR_TAKEN] = 409,
    [ERR_BUSY] = 503,
    [ERR_RATE] = 429,
    [ERR_DOWN] = 503,
    [ERR_BUG] = 500,
};

static const struct {
	unsigned status;
	const char *type, *title;
} titles[] = {
    {400, "bad-request", "The request cannot be read"},
    {401, "unauthorized", "No valid API key or session"},
    {403, "forbidden", "The API key may not do this"},
    {404, "not-found", "There is no such thing"},
    {405, "method-not-allowed", "The method is not allowed here"},
    {408, "timeout", "The request took too long"},
    {409, "conflict", "It does not go with what is there now"},
    {411, "length-required", "The length of the body is missing"},
    {413, "too-large", "The request is too large"},
    {414, "target-too-long", "The path and query are too long"},
    {415, "unsupported", "The kind of body is not supported"},
    {422, "invalid", "The request does not fit"},
    {429, "too-many-requests", "Too many requests"},
    {431, "headers-too-large", "The request's headers are too large"},
    {503, "unavailable", "Try again later"},
    {500, "internal", "Something went wrong here"},
};
static const char type_prefix[] = "urn:moderato:problem:";
enum { TITLES = sizeof(titles) / sizeof(titles[0]) };

unsigned
problem_status(enum err_code code)
{
	return statuses[code];
}

/* The row of `status` in titles. */
static size_t
title_of(unsigned status)
{
	size_t i = 0;

	while (i + 1 < TITLES && titles[i].status != status)
		i++;
	return i;
}

static json_t *
document(const struct http_request *r, unsigned status, const char *detail,
    const struct problem_field *fields, uint32_t n)
{
	size_t row = title_of(status);
	json_t *o;

	o = json_pack("{s:s+, s:s, s:i, s:s%}", "type", type_prefix,
	    titles[row].type, "title", titles[row].title, "status", (int)status,
	    "request_id", r->id.p, r->id.n);
	if (detail != NULL)
		json_object_set_new(o, "detail", json_string(detail));
	if (n > 0)
		json_object_set_new(o, "errors", json_array());
	for (uint32_t i = 0; i < n; i++)
		json_array_append_new(json_object_get(o, "errors"),
		    json_pack("{s:s, s:s}", "pointer", fields[i].pointer,
			"detail", fields[i].detail));
	return o;
}

void
problem_write(struct json_out *o, unsigned status, const char *detail)
{
	size_t i = title_of(status);
	char type[64];

	snprintf(type, sizeof(type), "%s%s", type_prefix, titles[i].type);
	json_out_text(o, "type", span_of(type));
	json_out_text(o, "title", span_of(titles[i].title));
	json_out_integer(o, "status", status);
	json_out_text(o, "detail", span_of(detail));
}

/* Fills `out` with the document `o`, which it gives back. */
static void
fill(struct http_request *r, unsigned status, json_t *o,
    struct http_response *out)
{
	*out = (struct http_response){
	    .status = status,
	    .content_type = "application/problem+json",
	    .body = json_write(o, &r->arena),
	};
	json_decref(o);
	if (status == 401)
		out->headers[0] =
		    (struct http_header){"WWW-Authenticate", "Bearer"};
	if (status == 503)
		out->headers[0] = (struct http_header){"Retry-After", "5"};
}

void
problem_fill(struct http_request *r, unsigned status, const char *detail,
    const struct problem_field *field, struct http_response *out)
{
	json_t *o = document(r, status, detail, field, field != NULL);

	fill(r, status, o, out);
}

const char *
problem_detail(const struct err *e)
{
	if (e->code != ERR_DOWN && e->code != ERR_BUG)
		return e->text;
	log_line(LOG_DEBUG, "request.failed", {"error", e->text});
	return "not possible now, nothing was recorded; try later";
}

void
problem_answer(struct http_request *r, const struct err *e,
    const struct problem_field *field)
{
	struct http_response out;

	problem_fill(
	    r, problem_status(e->code), problem_detail(e), field, &out);
	http_answer(r, &out);
}

void
problem_answer_more(struct http_request *r, const struct err *e, json_t *more)
{
	unsigned status = problem_status(e->code);
	json_t *o = document(r, status, problem_detail(e), NULL, 0);
	struct http_response out;

	json_object_update_missing(o, more);
	json_decref(more);
	fill(r, status, o, &out);
	http_answer(r, &out);
}

void
problem_answer_all(struct http_request *r, const struct err *e,
    const struct problem_field *fields, uint32_t n)
{
	unsigned status = problem_status(e->code);
	struct http_response out;

	fill(
	    r, status, document(r, status, problem_detail(e), fields, n), &out);
	http_answer(r, &out);
}
