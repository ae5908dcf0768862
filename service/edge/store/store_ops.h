/*
 * What a backend of the store has to do: one function per verb of store.h,
 * with its contract there. Seen by store.c and the backends only.
 */
#ifndef EDGE_STORE_OPS_H
#define EDGE_STORE_OPS_H

#include "store_admin.h"
#include "store_audit.h"
#include "store_campaigns.h"
#include "store_delivery.h"
#include "store_figures.h"
#include "store_find.h"
#include "store_lists.h"
#include "store_notes.h"
#include "store_person_ops.h"
#include "store_queue.h"
#include "store_usage.h"

struct store_ops {
	void (*close)(struct store *s);
	void (*put)(struct store *s, struct store_put *p);
	unsigned (*waiting)(struct store *s);
	bool (*up)(const struct store *s);
	struct store_look (*look)(const struct store *s);
	struct store_reader *(*reader_open)(struct store *s, struct err *e);
	void (*reader_close)(struct store_reader *r);
	int (*get)(struct store_reader *r, struct store_ref ref,
	    struct arena *a, struct record *out, struct err *e);
	int (*each_of_engine_id)(struct store_reader *r, struct store_ref ref,
	    const struct record_visit *visit, struct err *e);
	int (*each_label)(struct store_reader *r, const struct label_page *page,
	    const struct label_visit *visit, struct err *e);
	int (*get_answer)(struct store_reader *r, const struct store_once *once,
	    struct arena *a, struct span *answer, struct err *e);
	int (*find_record)(struct store_reader *r, const struct record *like,
	    char id[STORE_ID_BYTES + 1], struct err *e);
	int (*find_label)(struct store_reader *r, int64_t site, uint64_t text,
	    struct decision *out, struct err *e);
	int (*find_decision)(struct store_reader *r, const struct record *like,
	    struct decision *out, struct err *e);
	int (*count_approved)(struct store_reader *r, int64_t site,
	    uint64_t author, uint32_t *n, struct err *e);
	int (*get_decision)(struct store_reader *r, struct store_ref ref,
	    struct arena *a, struct decision *out, struct err *e);
	int (*each_of_comment)(struct store_reader *r, struct store_ref ref,
	    const struct decision_visit *visit, struct err *e);
	int (*each_decision)(
	    struct store *s, const struct decision_visit *visit, struct err *e);
	int (*each_usage)(struct store_reader *r, int64_t site,
	    const struct usage_visit *visit, struct err *e);
	int (*set_webhook)(
	    struct store *s, const struct webhook *w, struct err *e);
	int (*drop_webhook)(
	    struct store *s, struct store_ref ref, struct err *e);
	int (*each_webhook)(struct store_reader *r, struct store_ref ref,
	    const struct webhook_visit *visit, struct err *e);
	int (*each_delivery)(struct store_reader *r,
	    const struct delivery_visit *visit, struct err *e);
	int (*next_due)(struct store_reader *r, enum delivery_lane lane,
	    struct span busy, int64_t *at_ms, struct err *e);
	int (*add_ping)(struct store *s, const struct ping *p, struct err *e);
	int (*replay_delivery)(struct store *s, struct store_ref ref,
	    int64_t now_ms, struct err *e);
	int (*take_deliveries)(
	    struct store *s, struct delivery_take *t, struct err *e);
	int (*note_deliveries)(struct store *s,
	    const struct delivery_note *notes, unsigned n, struct err *e);
	int (*expire_deliveries)(
	    struct store *s, struct delivery_expiry *x, struct err *e);

	int (*change)(struct store *s, struct store_change *changes, uint32_t n,
	    struct err *e);
	int (*mark)(struct store *s, uint64_t mark, bool *other, struct err *e);
	int (*each_site)(struct store_reader *r,
	    void (*each)(void *arg, const struct store_site *site), void *arg,
	    struct err *e);
	int (*each_key)(struct store_reader *r,
	    void (*each)(void *arg, const struct store_key *k), void *arg,
	    struct err *e);
	int (*get_account)(struct store_reader *r,
	    const struct account_query *q, struct arena *a,
	    struct account_found *out, struct err *e);
	int (*each_account)(struct store_reader *r,
	    const struct account_visit *visit, struct err *e);
	const struct store_model_ops *models;
	int (*each_audit)(struct store_reader *r,
	    const struct audit_visit *visit, struct err *e);
	int (*check_audit)(
	    struct store_reader *r, struct audit_check *out, struct err *e);
	int (*change_list)(
	    struct store *s, const struct list_change *c, struct err *e);
	int (*each_list_entry)(
	    struct store *s, const struct list_visit *visit, struct err *e);
	int (*find_campaigns)(
	    struct store_reader *r, struct campaign_page *p, struct err *e);
	int (*get_campaign)(struct store_reader *r,
	    const struct campaign_ref *ref, struct campaign_figures *out,
	    struct err *e);
	int (*find_members)(
	    struct store_reader *r, struct campaign_members *m, struct err *e);
	int (*put_rules)(struct store *s, const struct campaign_rule *rules,
	    uint32_t n, struct span by, struct err *e);
	int (*drop_rules)(struct store *s, const struct campaign_rule *rule,
	    struct span by, struct err *e);
	int (*each_rule)(struct store *s, int64_t now_ms,
	    const struct rule_visit *visit, struct err *e);
	int (*each_rule_of)(struct store_reader *r, int64_t campaign,
	    const struct rule_visit *visit, struct err *e);
	int (*try_rule)(
	    struct store_reader *r, struct campaign_trial *t, struct err *e);
	void (*describe_by)(struct store *s, const struct store_describer *d);
	int (*find_page)(struct store_reader *r, const struct queue_query *q,
	    struct queue_page *out, struct err *e);
	int (*get_number)(struct store_reader *r, int64_t number,
	    struct arena *a, struct record *out, struct err *e);
	int (*get_aside)(struct store_reader *r, struct store_ref ref,
	    struct queue_aside *out, struct err *e);
	int (*each_of_batch)(struct store_reader *r,
	    const struct batch_ref *ref, const struct decision_visit *visit,
	    struct err *e);
	int (*each_tally)(struct store_reader *r,
	    const struct tally_visit *visit, struct err *e);
	int (*get_held)(struct store_reader *r, int64_t site,
	    struct queue_held *h, struct err *e);
	int (*get_delays)(
	    struct store_reader *r, struct queue_delays *d, struct err *e);
	int (*count_reasons)(
	    struct store_reader *r, struct queue_reasons *out, struct err *e);
	int (*get_author)(
	    struct store_reader *r, struct queue_author *a, struct err *e);
	int (*count_facet)(struct store_reader *r, enum facet_kind kind,
	    const struct store_facet *f, int64_t *n, struct err *e);
	int (*add_note)(struct store *s, const struct note *n, struct err *e);
	int (*each_note)(struct store_reader *r, struct store_ref ref,
	    const struct note_visit *visit, struct err *e);
	const struct store_person_ops *person;
	int (*add_report)(struct store *s, const struct report *r,
	    struct report_outcome *out, struct err *e);
	int (*each_report)(struct store_reader *r, struct store_ref ref,
	    const struct report_visit *visit, struct err *e);
};

/* `path` is the uri without its scheme. */
struct store *store_sqlite_open(const char *path, struct err *e);
bool store_sqlite_exists(const char *path);

#endif
