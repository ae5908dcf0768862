/*
 * Leases of comments in the API: who looks at one says so, and learns who
 * does. Everybody else hears of it.
 */
#ifndef EDGE_LEASING_H
#define EDGE_LEASING_H

#include "../request/service.h"

void leasing_take(const struct call *call);
void leasing_end(const struct call *call);

#endif
