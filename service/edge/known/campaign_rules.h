/*
 * What was decided about whole campaigns, in memory, while it holds: what a
 * text nearly the same as theirs is. Filled from the store; read anew after
 * each change. Any thread; the time is an argument.
 */
#ifndef EDGE_CAMPAIGN_RULES_H
#define EDGE_CAMPAIGN_RULES_H

#include "../../core/policy.h"
#include "../store/store_campaigns.h"

enum { CAMPAIGN_RULES_MAX = 4096 }; /* of more the newest count */

struct campaign_rules;

/* All that hold; NULL and `e`. */
struct campaign_rules *campaign_rules_open(struct store *s, struct err *e);
void campaign_rules_close(struct campaign_rules *r);

/* Reads them anew; all stays as it was on failure. 0 or -1. */
int campaign_rules_reload(struct campaign_rules *r, struct err *e);

/* What the last rule of the site says of such a text; RULING_NONE: nothing. */
enum ruling campaign_rules_find(struct campaign_rules *r, int64_t site,
    const struct fingerprint *f, int64_t now_ms);

#endif
