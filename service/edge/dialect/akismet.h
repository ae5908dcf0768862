/*
 * The Akismet dialect, 1.1 and 1.2: clients made for that service work with
 * this one by changing a host. Everything is answered with status 200 and an
 * exact text without a newline, as those clients compare strings; but what
 * cannot be judged now is a 503, so that none takes it for a verdict.
 */
#ifndef EDGE_AKISMET_H
#define EDGE_AKISMET_H

#include "../request/service.h"

/* Handles /1.1/{endpoint} and /1.2/{endpoint}; keys come in the form. */
void akismet(const struct call *call);

#endif
