/*
 * For what lists comments that are held: when many came at once, they are
 * sorted in first. Of very many it is not waited for, and lists lack some.
 */
#ifndef EDGE_SORTED_H
#define EDGE_SORTED_H

#include "service.h"

/* Has `handle` handle the call, now or a moment later. */
void sorted_handle(
    const struct call *call, void (*handle)(const struct call *call));

#endif
