/*
 * The verbs of store_campaigns.h in SQLite.
 */
#ifndef EDGE_STORE_SQLITE_CAMPAIGNS_H
#define EDGE_STORE_SQLITE_CAMPAIGNS_H

#include "store_campaigns.h"

int sqlite_find_campaigns(
    struct store_reader *r, struct campaign_page *p, struct err *e);
int sqlite_get_campaign(struct store_reader *r, const struct campaign_ref *ref,
    struct campaign_figures *out, struct err *e);
int sqlite_find_members(
    struct store_reader *r, struct campaign_members *m, struct err *e);
int sqlite_put_rules(struct store *s, const struct campaign_rule *rules,
    uint32_t n, struct span by, struct err *e);
int sqlite_drop_rules(struct store *s, const struct campaign_rule *rule,
    struct span by, struct err *e);
int sqlite_each_rule(struct store *s, int64_t now_ms,
    const struct rule_visit *visit, struct err *e);
int sqlite_each_rule_of(struct store_reader *r, int64_t campaign,
    const struct rule_visit *visit, struct err *e);
int sqlite_try_rule(
    struct store_reader *r, struct campaign_trial *t, struct err *e);

#endif
