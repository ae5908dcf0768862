#include "perspective_error.h"

#include <stdarg.h>
#include <stdio.h>

#include "../format/json_out.h"

static void put_field(struct json_out *o, const struct perspective_error *e);
static void put_type(struct json_out *o, const struct perspective_error *e);
static void put_language(struct json_out *o, const struct perspective_error *e);
static void put_reason(struct json_out *o, const struct perspective_error *e);

/* What clients tell faults by: as the real service has it. */
static const struct {
	unsigned http;
	const char *status;
	void (*put_detail)(
	    struct json_out *o, const struct perspective_error *e);
	const char *name; /* errorType, or reason */
} faults[] = {
    [PERSPECTIVE_JSON] = {400, "INVALID_ARGUMENT"},
    [PERSPECTIVE_FIELD] = {400, "INVALID_ARGUMENT", put_field},
    [PERSPECTIVE_EMPTY] = {400, "INVALID_ARGUMENT", put_type, "COMMENT_EMPTY"},
    [PERSPECTIVE_LONG] = {400, "INVALID_ARGUMENT", put_type,
	"COMMENT_TOO_LONG"},
    [PERSPECTIVE_LANGUAGE] = {400, "INVALID_ARGUMENT", put_language,
	"LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE"},
    [PERSPECTIVE_KEYLESS] = {403, "PERMISSION_DENIED"},
    [PERSPECTIVE_KEY] = {400, "INVALID_ARGUMENT", put_reason,
	"API_KEY_INVALID"},
    [PERSPECTIVE_SCOPE] = {403, "PERMISSION_DENIED", put_reason,
	"API_KEY_SERVICE_BLOCKED"},
    [PERSPECTIVE_QUOTA] = {429, "RESOURCE_EXHAUSTED", put_reason,
	"RATE_LIMIT_EXCEEDED"},
    [PERSPECTIVE_DOWN] = {503, "UNAVAILABLE"},
    [PERSPECTIVE_BUG] = {500, "INTERNAL"},
};

int
perspective_error_set(struct perspective_error *e, enum perspective_fault fault,
    const char *format, ...)
{
	va_list args;

	*e = (struct perspective_error){.fault = fault};
	va_start(args, format);
	vsnprintf(e->message, sizeof(e->message), format, args);
	va_end(args);
	return -1;
}

static void
put_text(struct json_out *o, const char *key, const char *text)
{
	json_out_text(o, key, span_of(text));
}

static void
put_field(struct json_out *o, const struct perspective_error *e)
{
	put_text(o, "@type", "type.googleapis.com/google.rpc.BadRequest");
	json_out_open(o, "fieldViolations", '[');
	json_out_open(o, NULL, '{');
	put_text(o, "field", e->field);
	put_text(o, "description", e->message);
	json_out_close(o, '}');
	json_out_close(o, ']');
}

static void
put_type(struct json_out *o, const struct perspective_error *e)
{
	put_text(o, "@type",
	    "type.googleapis.com/google.commentanalyzer.v1alpha1.Error");
	put_text(o, "errorType", faults[e->fault].name);
}

static void
put_language(struct json_out *o, const struct perspective_error *e)
{
	put_type(o, e);
	json_out_open(o, "languageNotSupportedByAttributeError", '{');
	put_text(o, "attribute", e->attribute);
	json_out_open(o, "requestedLanguages", '[');
	for (size_t i = 0; i < e->n_languages; i++)
		json_out_text(o, NULL, e->languages[i]);
	json_out_close(o, ']');
	json_out_close(o, '}');
}

static void
put_reason(struct json_out *o, const struct perspective_error *e)
{
	put_text(o, "@type", "type.googleapis.com/google.rpc.ErrorInfo");
	put_text(o, "reason", faults[e->fault].name);
	put_text(o, "domain", "googleapis.com");
	json_out_open(o, "metadata", '{');
	put_text(o, "service", "commentanalyzer.googleapis.com");
	json_out_close(o, '}');
}

struct span
perspective_error_write(const struct perspective_error *e, struct arena *a)
{
	struct json_out o;

	json_out_begin(&o, a);
	json_out_open(&o, NULL, '{');
	json_out_open(&o, "error", '{');
	json_out_integer(&o, "code", faults[e->fault].http);
	put_text(&o, "message", e->message);
	put_text(&o, "status", faults[e->fault].status);
	if (faults[e->fault].put_detail != NULL) {
		json_out_open(&o, "details", '[');
		json_out_open(&o, NULL, '{');
		faults[e->fault].put_detail(&o, e);
		json_out_close(&o, '}');
		json_out_close(&o, ']');
	}
	json_out_close(&o, '}');
	json_out_close(&o, '}');
	return json_out_end(&o);
}

void
perspective_error_answer(
    struct http_request *r, const struct perspective_error *e)
{
	struct http_response out = {
	    .status = faults[e->fault].http,
	    .content_type = "application/json",
	    .body = perspective_error_write(e, &r->arena),
	};

	if (e->fault == PERSPECTIVE_DOWN)
		out.headers[0] = (struct http_header){"Retry-After", "5"};
	http_answer(r, &out);
}
