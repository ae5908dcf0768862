/*
 * From what a site says of itself to what its comments are judged by.
 */
#ifndef EDGE_SITE_POLICY_H
#define EDGE_SITE_POLICY_H

#include "../../core/policy.h"
#include "site_settings.h"

/*
 * Of limits a site's own go before the `service`'s; of a cut-off, a score
 * goes before a budget, and that before the model's.
 */
struct policy_site site_policy(
    const struct site_settings *s, struct policy_limits service);

#endif
