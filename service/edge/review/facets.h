/*
 * What a recorded comment is found by: its author, network, thread, the hosts
 * that it links to, the reasons of its verdict, texts nearly the same, its
 * language. Values become hashes under a key of their own, so that they say
 * nothing outside.
 */
#ifndef EDGE_FACETS_H
#define EDGE_FACETS_H

#include "../../core/text.h"
#include "../process/secrets.h"
#include "../store/store_queue.h"

/* For a struct store_describer, whose arg is a struct comment_keys. */
int facets_describe(const void *keys, const struct record *r,
    struct store_facets *out, struct arena *a);

/* The hash of a network, a thread or a host; 0 for an empty one. */
uint64_t facet_of(struct span value, const struct comment_keys *keys);

/* The bit of a reason by its name in the API; 0: there is no such one. */
uint64_t facet_reason(struct span name);

/* The name of bit `at`; NULL: it stands for none. */
const char *facet_reason_name(unsigned at);

/* A record's text, read: 0, or -1: the arena is full. */
int facets_read(struct text *out, const struct record *r, struct arena *a);

#endif
