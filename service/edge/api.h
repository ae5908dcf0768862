/*
 * The API: its URLs, who may call them, and the way from a request to its
 * handler. Knows no HTTP library, no SQL, no Redis.
 */
#ifndef EDGE_API_H
#define EDGE_API_H

#include "http/http.h"

/* Handles a request whose context is a struct worker (service.h). */
void api_handle(struct http_request *r);

/* For http_config: what this request may need. */
struct http_budget api_budget(const struct http_request *r);

/* The arena that a comment in a body of so many bytes needs. */
size_t api_arena_bytes(size_t body_bytes);

/* For http_config: the answer to what the server itself refuses. */
void api_refuse(struct http_request *r, unsigned status, const char *detail,
    struct http_response *out);

/* For http_config: counts an answer. */
void api_answered(const struct http_request *r, unsigned status);

#endif
