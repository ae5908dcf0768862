#include "store_campaigns.h"

#include "store_ops.h"

int
store_find_campaigns(
    struct store_reader *r, struct campaign_page *p, struct err *e)
{
	return r->ops->find_campaigns(r, p, e);
}

int
store_get_campaign(struct store_reader *r, const struct campaign_ref *ref,
    struct campaign_figures *out, struct err *e)
{
	return r->ops->get_campaign(r, ref, out, e);
}

int
store_find_members(
    struct store_reader *r, struct campaign_members *m, struct err *e)
{
	return r->ops->find_members(r, m, e);
}

int
store_put_rules(struct store *s, const struct campaign_rule *rules, uint32_t n,
    struct span by, struct err *e)
{
	return s->ops->put_rules(s, rules, n, by, e);
}

int
store_drop_rules(struct store *s, const struct campaign_rule *rule,
    struct span by, struct err *e)
{
	return s->ops->drop_rules(s, rule, by, e);
}

int
store_each_rule(struct store *s, int64_t now_ms, const struct rule_visit *visit,
    struct err *e)
{
	return s->ops->each_rule(s, now_ms, visit, e);
}

int
store_each_rule_of(struct store_reader *r, int64_t campaign,
    const struct rule_visit *visit, struct err *e)
{
	return r->ops->each_rule_of(r, campaign, visit, e);
}

int
store_try_rule(struct store_reader *r, struct campaign_trial *t, struct err *e)
{
	return r->ops->try_rule(r, t, e);
}
