/*
 * Requests that their handler left without an answer. The library has them
 * put aside, which costs two epoll_ctl, a recv in vain and walks over its
 * lists. Those whose answer comes soon stay awake instead: the library asks
 * for their answer again whenever it runs, so it is left alone meanwhile. It
 * never sees one of them leave before its answer is there.
 */
#ifndef EDGE_HTTP_WAIT_H
#define EDGE_HTTP_WAIT_H

#include <stdbool.h>
#include <stdint.h>

struct http;
struct http_connection;

/* `c` waits from now on; within the library's call for its answer. */
void http_wait_begin(struct http_connection *c);

/*
 * `c` has its answer: whether that can be queued at once. If not, the library
 * asks for it.
 */
bool http_wait_end(struct http_connection *c);

/* Puts aside who is awake, so that the library may run. */
void http_wait_give_up(struct http *h);

/* The library has something to do. */
void http_wait_ready(struct http *h);

/*
 * The library ran, and somebody is awake: for how many ms it is to be left
 * alone. They count from here, however long it ran: only now others have
 * their turn to answer.
 */
int http_wait_alone(struct http *h);

/* For how many ms it still is to be left alone; 0: it may run. */
int http_wait_turn(struct http *h, int64_t now_ms);

#endif
