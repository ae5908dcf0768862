/*
 * Campaigns in the store: comments nearly the same, by whomever and on
 * whichever site, as the index of the queue has clustered them; and what was
 * decided about all of one, those to come too.
 */
#ifndef EDGE_STORE_CAMPAIGNS_H
#define EDGE_STORE_CAMPAIGNS_H

#include "store_decision.h"
#include "store_queue.h"

enum {
	CAMPAIGN_SITES_MAX = 64,
	CAMPAIGN_SPREAD = 24, /* parts of the time from first to last */
};

/* What whoever asks may see; n 0: nothing, ids NULL: all. */
struct site_set {
	const int64_t *ids;
	uint32_t n;
};

/* A campaign as a list has it. */
struct campaign {
	int64_t id;         /* number of its first comment */
	int64_t last_at_ms; /* of its newest */
};

/* Those of two comments and more: the most recent first. */
struct campaign_page {
	struct site_set sites;
	struct campaign after; /* id 0: from the first */
	uint32_t most, n;
	struct campaign *items; /* room for `most` */
};
int store_find_campaigns(
    struct store_reader *r, struct campaign_page *p, struct err *e);

/* What is asked of one. */
struct campaign_ref {
	struct site_set sites;
	int64_t id;
};

struct campaign_figures {
	uint32_t size, by_state[COMMENT_STATES];
	int64_t first_at_ms, last_at_ms;
	uint32_t authors, nets, hosts;    /* different ones */
	uint32_t spread[CAMPAIGN_SPREAD]; /* how many came when */
	uint32_t n_sites;                 /* the first of them: */
	struct {
		int64_t id;
		uint32_t n;
	} sites[CAMPAIGN_SITES_MAX];
};

/* 0, or -1: ERR_MISSING when it never had two, or none is left; ERR_DOWN. */
int store_get_campaign(struct store_reader *r, const struct campaign_ref *ref,
    struct campaign_figures *out, struct err *e);

/* Comments of a campaign, the newest first. */
struct campaign_members {
	struct campaign_ref of;
	int64_t before; /* number; 0: from the newest */
	/* only those that nobody decided about, and that are in another state
	 * than this; -1: all */
	int open_but;
	uint32_t most, n;
	struct queue_hit *hits; /* room for `most` */
};
int store_find_members(
    struct store_reader *r, struct campaign_members *m, struct err *e);

/* A decision about all that is nearly the same as a text, for a time. */
struct campaign_rule {
	char id[STORE_ID_BYTES + 1]; /* a ULID, and the batch of decisions */
	int64_t site;                /* 0: all */
	int64_t campaign;
	enum decision_kind kind;
	bool learn;
	int64_t created_at_ms, until_ms; /* until 0: not about those to come */
	char by[64];
	char name[24]; /* of the campaign, for the audit log; not kept */
	uint64_t band[FINGERPRINT_BANDS];
};

/*
 * Writes rules, all or none; takes back all of the id of one. In the audit
 * log, too, as of `by`; these wait. 0 or -1.
 */
int store_put_rules(struct store *s, const struct campaign_rule *rules,
    uint32_t n, struct span by, struct err *e);
int store_drop_rules(struct store *s, const struct campaign_rule *rule,
    struct span by, struct err *e);

struct rule_visit {
	void (*each)(void *arg, const struct campaign_rule *r);
	void *arg;
};

/* Visits the rules that hold at that time; waits for its turn. 0 or -1. */
int store_each_rule(struct store *s, int64_t now_ms,
    const struct rule_visit *visit, struct err *e);

/* Visits the rules of one campaign, the last first. 0 or -1. */
int store_each_rule_of(struct store_reader *r, int64_t campaign,
    const struct rule_visit *visit, struct err *e);

/* What people decided about texts nearly the same as one. */
struct campaign_trial {
	struct site_set sites;
	char since[STORE_ID_BYTES + 1]; /* the least id of a decision */
	uint64_t band[FINGERPRINT_BANDS];
	enum comment_state to;    /* what a rule would make of them */
	uint32_t agree, disagree; /* out */
	/* some of those that disagree: a state, and a text */
	void (*example)(
	    void *arg, const char *id, const char *state, struct span content);
	void *arg;
};
int store_try_rule(
    struct store_reader *r, struct campaign_trial *t, struct err *e);

#endif
