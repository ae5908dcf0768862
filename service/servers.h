/*
 * The loops that serve: one thread, state, reader and listener each. All API
 * loops share one address; the admin listener and the operators' socket have
 * loops of their own, so that a flood of comments cannot lock them out.
 */
#ifndef SERVICE_SERVERS_H
#define SERVICE_SERVERS_H

#include "edge/config/config.h"
#include "edge/request/service.h"

struct servers;

enum servers_which { SERVERS_ALL, SERVERS_OPERATORS };

/*
 * Opens them: the addresses are ours, but nobody is served yet. NULL and
 * `e`.
 */
struct servers *servers_open(const struct config *c, struct service *service,
    struct state_shared *state, enum servers_which which, struct err *e);

/* Serves from now on, with `service` as it then is. 0 or -1. */
int servers_start(struct servers *s, struct err *e);

/* Logs where all of them listen. */
void servers_tell(const struct servers *s, const struct config *c);

/* The address of the operators' socket, "unix:" before its path. */
void servers_local(const struct config *c, char *out, size_t size);

/* How many files the process may open: those without which it does not start,
 * and those with which it has all the connections it is to have. */
struct servers_files {
	unsigned least, all;
};
struct servers_files servers_files(const struct config *c);

/* The port of the API. */
unsigned servers_port(const struct servers *s);

/* As http_drain, on all loops; from any thread. */
void servers_drain(struct servers *s, int64_t patience_ms);

/* Whether all loops are drained; from any thread. */
bool servers_drained(const struct servers *s);

/* Requests under way on all loops; from any thread. */
unsigned servers_in_flight(const struct servers *s);

/* Stops the threads and closes all; none may be in flight. */
void servers_close(struct servers *s);

#endif
