#include "problem.h"

#include <stdarg.h>
#include <stdio.h>

#include "../../core/utf8.h"
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
    {421, "misdirected", "The name that was asked is not known here"},
    {422, "invalid", "The request does not fit"},
    {429, "too-many-requests", "Too many requests"},
    {431, "headers-too-large", "The request's headers are too large"},
    {503, "unavailable", "Try again later"},
    {500, "internal", "Something went wrong here"},
};
static const char type_prefix[] = "urn:moderato:problem:";
enum { TITLES = sizeof(titles) / sizeof(titles[0]) };
enum { NAME_BYTES_MAX = 32 }; /* of a member that may be one of ours */

int
problem_misfit(
    struct problem_field *f, const char *pointer, const char *detail, ...)
{
	va_list args;

	snprintf(f->pointer, sizeof(f->pointer), "%s", pointer);
	va_start(args, detail);
	vsnprintf(f->detail, sizeof(f->detail), detail, args);
	va_end(args);
	f->entry[0] = '\0';
	return -1;
}

void
problem_point(const char *base, const char *name, char *out, size_t size)
{
	size_t n = strlen(name);
	bool plain = n <= NAME_BYTES_MAX &&
		     strspn(name, "abcdefghijklmnopqrstuvwxyz_") == n;

	snprintf(out, size, "%s/%s", base, plain ? name : "?");
}

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

/* As much of a text as is UTF-8: one that was cut may end within a point. */
static struct span
sound(const char *text)
{
	struct span s = span_of(text);
	size_t at = 0, n;
	bool bad = false;
	uint32_t cp;

	while (at < s.n) {
		n = utf8_read(s, at, &cp, &bad);
		if (bad)
			break;
		at += n;
	}
	return (struct span){s.p, at};
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
	json_out_text(o, "detail", sound(detail));
}

/* What a document says beside its status. */
struct document {
	const char *detail;
	const struct problem_field *fields;
	uint32_t n;
	struct span more; /* members as JSON, without the braces */
};

static void
write_field(struct json_out *o, const struct problem_field *f)
{
	json_out_open(o, NULL, '{');
	json_out_text(o, "pointer", sound(f->pointer));
	json_out_text(o, "detail", sound(f->detail));
	if (f->entry[0] != '\0')
		json_out_text(o, "entry", span_of(f->entry));
	json_out_close(o, '}');
}

static struct span
write_document(const struct http_request *r, unsigned status,
    const struct document *d, struct arena *a)
{
	struct json_out o;

	json_out_begin(&o, a);
	json_out_open(&o, NULL, '{');
	problem_write(&o, status, d->detail);
	json_out_text(&o, "request_id", r->id);
	if (d->n > 0)
		json_out_open(&o, "errors", '[');
	for (uint32_t i = 0; i < d->n; i++)
		write_field(&o, &d->fields[i]);
	if (d->n > 0)
		json_out_close(&o, ']');
	if (d->more.n > 0)
		json_out_raw(&o, NULL, d->more);
	json_out_close(&o, '}');
	return json_out_end(&o);
}

/*
 * Fills `out` with the document; without a body it is of no kind. Needs no
 * memory but the request's: it is what is said when there is no other.
 */
static void
fill(struct http_request *r, unsigned status, const struct document *d,
    struct http_response *out)
{
	*out = (struct http_response){
	    .status = status,
	    .body = write_document(r, status, d, &r->arena),
	};
	if (out->body.p == NULL)
		out->body = write_document(r, status, d, &r->refusal);
	if (out->body.p != NULL)
		out->content_type = "application/problem+json";
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
	struct document d = {detail, field, field != NULL, {NULL, 0}};

	fill(r, status, &d, out);
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

	problem_fill(r, problem_status(e->code), problem_detail(e),
	    e->code == ERR_FIELD ? field : NULL, &out);
	http_answer(r, &out);
}

void
problem_answer_more(struct http_request *r, const struct err *e, json_t *more)
{
	struct document d = {.detail = problem_detail(e)};
	struct span text = json_write(more, &r->arena);
	struct http_response out;

	json_decref(more);
	if (text.n > 2)
		d.more = (struct span){text.p + 1, text.n - 2};
	fill(r, problem_status(e->code), &d, &out);
	http_answer(r, &out);
}

void
problem_answer_all(struct http_request *r, const struct err *e,
    const struct problem_field *fields, uint32_t n)
{
	struct document d = {problem_detail(e), fields, n, {NULL, 0}};
	struct http_response out;

	fill(r, problem_status(e->code), &d, &out);
	http_answer(r, &out);
}
