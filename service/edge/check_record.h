/*
 * From a judged comment to what the store keeps of it: mail and IP address
 * only as pseudonyms, the network for people to read.
 */
#ifndef EDGE_CHECK_RECORD_H
#define EDGE_CHECK_RECORD_H

#include "../core/moderate.h"
#include "secrets.h"
#include "store.h"

/*
 * Fills all of `out` that comes from the comment; what it makes is in `a`,
 * the rest borrowed from `r`. 0, or -1: the arena is full.
 */
int check_record_comment(struct record *out, const struct reading *r,
    const unsigned char secret[SECRET_BYTES], struct arena *a);

/*
 * Fills all of `out` that comes from the comment and its verdict, likewise.
 */
int check_record_fill(struct record *out, const struct reading *r,
    const struct verdict *v, const unsigned char secret[SECRET_BYTES],
    struct arena *a);

#endif
