/*
 * Webhooks and deliveries from JSON and to JSON.
 */
#ifndef EDGE_WEBHOOK_JSON_H
#define EDGE_WEBHOOK_JSON_H

#include <jansson.h>

#include "../http/problem.h"
#include "../store/store_delivery.h"

/* What a client wants of a webhook; p NULL, 0, -1: it does not say. */
struct webhook_wish {
	struct span url, secret; /* borrowed from the JSON */
	unsigned types;
	int active;
};

/*
 * Reads the object `o`; `hosts` as in webhook_url.h. ERR_NONE, or ERR_FIELD
 * and `field` says which and why.
 */
enum err_code webhook_wish_read(struct webhook_wish *w, json_t *o,
    const char *hosts, struct problem_field *field);

/* A webhook without its secret. Give back with json_decref. */
json_t *webhook_to_json(const struct webhook *w, int64_t now_ms);

json_t *delivery_to_json(const struct delivery *d);

#endif
