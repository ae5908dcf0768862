/*
 * /v1/campaigns: what is nearly the same, by whomever and on whichever of the
 * caller's sites, as one thing to look at.
 */
#ifndef EDGE_CAMPAIGNS_H
#define EDGE_CAMPAIGNS_H

#include "../store/store_campaigns.h"
#include "item_json.h"

/* GET /v1/campaigns: the most recent first, in pages. */
void campaigns_list(const struct call *call);

/* GET /v1/campaigns/{id}: one, and its comments, in pages. */
void campaigns_get(const struct call *call);

/*
 * The campaign that the path names, for what the caller sees of it; in the
 * request's arena. 0, or -1: ERR_MISSING, it is no number; ERR_TOO_LARGE.
 */
int campaigns_ref(
    const struct call *call, struct campaign_ref *out, struct err *e);

/* The last rule about it that the caller sees; false: there is none. */
bool campaigns_rule(
    const struct call *call, int64_t campaign, struct campaign_rule *out);

/* Writes a rule as it is shown. */
void campaigns_write_rule(
    struct json_out *o, const char *key, const struct campaign_rule *r);

/*
 * Reads the comment that stands for all, into `a`: the first, or else the
 * newest that the caller sees. 0 or -1.
 */
int campaigns_read_template(const struct call *call,
    const struct campaign_ref *ref, struct arena *a, struct record *out,
    struct err *e);

#endif
