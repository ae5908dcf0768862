#include "site_policy.h"

#include <math.h>

static struct policy_cut
cut_of(double score, double budget)
{
	if (!isnan(score))
		return (struct policy_cut){SCALE_PROBABILITY, score};
	if (!isnan(budget))
		return (struct policy_cut){SCALE_BUDGET, budget};
	return (struct policy_cut){SCALE_MODEL, 0};
}

static uint32_t
limit_of(int64_t own, uint32_t service)
{
	return own < 0 ? service : (uint32_t)own;
}

struct policy_site
site_policy(const struct site_settings *s, struct policy_limits service)
{
	struct policy_site p = {
	    .limits = {
		.author = limit_of(s->limit_author, service.author),
		.ip = limit_of(s->limit_ip, service.ip),
	    }};

	for (int h = 0; h < MODEL_HEADS; h++) {
		p.cuts[h].hold = cut_of(s->cutoffs[h].hold, s->budget.hold);
		p.cuts[h].reject =
		    cut_of(s->cutoffs[h].reject, s->budget.reject);
	}
	return p;
}
