/*
 * /v1/webhooks and their deliveries: whom a site wants told of what, and what
 * became of it.
 */
#ifndef EDGE_WEBHOOKS_H
#define EDGE_WEBHOOKS_H

struct call; /* service.h */
struct webhook;

void webhooks_list(const struct call *call);
void webhooks_add(const struct call *call);
void webhooks_get(const struct call *call);
void webhooks_change(const struct call *call);
void webhooks_drop(const struct call *call);
void webhooks_rotate(const struct call *call);
void webhooks_test(const struct call *call);

void webhooks_deliveries(const struct call *call); /* webhook_log.c */
void webhooks_replay(const struct call *call);

/* The webhook that the path names, in the request's arena: 0, or -1:
 * answered. */
int webhooks_find(const struct call *call, struct webhook *out);

#endif
