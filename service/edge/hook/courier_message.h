/*
 * What is delivered, as it goes over the wire: signed JSON for webhooks, a
 * form for the callbacks of Akismet's clients; and what an answer means.
 */
#ifndef EDGE_COURIER_MESSAGE_H
#define EDGE_COURIER_MESSAGE_H

#include "../http/http_client.h"
#include "../process/secrets.h"
#include "../store/store_delivery.h"

enum { MESSAGE_ANSWER_BYTES = 4096 };

/* What all messages are made with. */
struct message_maker {
	const unsigned char *secret; /* of the installation */
	bool is_others;    /* that: the right one may be put back yet */
	const char *hosts; /* webhook_url.h */
	struct arena *arena;
	int64_t now_ms;
};

struct message {
	const char *headers[5]; /* up to NULL */
	bool listed;            /* the host is on the operator's list */
};

/*
 * Fills `o` with what `d` says and points it at `m`. 0, or -1: it cannot be
 * sent, and o->err says why: ERR_DOWN, not by now, else never.
 */
int message_make(const struct message_maker *mk, const struct delivery *d,
    struct message *m, struct http_order *o);

/* What `o` came to, to be noted of `d`; `random` spreads the next attempt. */
struct delivery_note message_note(const struct delivery *d,
    struct http_order *o, int64_t now_ms, uint32_t random);

#endif
