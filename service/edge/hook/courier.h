/*
 * The courier: threads that take from the outbox what is due, deliver it and
 * note what came of it; one for webhooks that work, one for those that failed.
 * What it has taken when it ends comes again, so that everything is delivered
 * at least once.
 */
#ifndef EDGE_COURIER_H
#define EDGE_COURIER_H

#include "../process/metrics.h"
#include "../process/secrets.h"
#include "../store/store.h"

struct courier_config {
	struct store *store; /* borrowed, as the next two */
	struct metrics *metrics;
	const unsigned char *secret; /* of the installation */
	bool is_others;              /* that: see store_admin.h */
	const char *agent;           /* User-Agent; of static storage */
	const char *hosts;   /* that may be private: "name,name"; or NULL */
	const char *ca_file; /* trusted beside the system's; NULL: none */
	int64_t whole_ms;    /* a delivery may take this long */
};

struct courier;

/* Starts the threads; NULL and `e`. */
struct courier *courier_open(const struct courier_config *c, struct err *e);

/* Lets it look for what is due now; from any thread. */
void courier_wake(struct courier *c);

/* The hosts it was opened with; "": none. */
const char *courier_hosts(const struct courier *c);

/* Lets what is under way end, for a second or two; harmless on NULL. */
void courier_close(struct courier *c);

#endif
