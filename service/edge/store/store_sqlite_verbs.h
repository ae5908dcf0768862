/*
 * What SQLite does for the verbs of store.h; the table of them is in
 * store_sqlite.c. Verbs of what has a header of its own are there.
 */
#ifndef EDGE_STORE_SQLITE_VERBS_H
#define EDGE_STORE_SQLITE_VERBS_H

#include "store_ops.h"

void sqlite_put(struct store *s, struct store_put *p);
unsigned sqlite_waiting(struct store *s);

struct store_reader *sqlite_reader_open(struct store *s, struct err *e);
void sqlite_reader_close(struct store_reader *r);

int sqlite_get(struct store_reader *r, struct store_ref ref, struct arena *a,
    struct record *out, struct err *e);
int sqlite_each_of_engine_id(struct store_reader *r, struct store_ref ref,
    const struct record_visit *visit, struct err *e);
int sqlite_each_label(struct store_reader *r, const struct label_page *page,
    const struct label_visit *visit, struct err *e);
int sqlite_get_answer(struct store_reader *r, const struct store_once *once,
    struct arena *a, struct span *answer, struct err *e);

int sqlite_find_record(struct store_reader *r, const struct record *like,
    char id[STORE_ID_BYTES + 1], struct err *e);
int sqlite_find_label(struct store_reader *r, int64_t site, uint64_t text,
    struct decision *out, struct err *e);
int sqlite_find_decision(struct store_reader *r, const struct record *like,
    struct decision *out, struct err *e);
int sqlite_count_approved(struct store_reader *r, int64_t site, uint64_t author,
    uint32_t *n, struct err *e);

int sqlite_get_decision(struct store_reader *r, struct store_ref ref,
    struct arena *a, struct decision *out, struct err *e);
int sqlite_each_of_comment(struct store_reader *r, struct store_ref ref,
    const struct decision_visit *visit, struct err *e);
int sqlite_each_of_batch(struct store_reader *r, const struct batch_ref *ref,
    const struct decision_visit *visit, struct err *e);
int sqlite_each_decision(
    struct store *s, const struct decision_visit *visit, struct err *e);

int sqlite_each_usage(struct store_reader *r, int64_t site,
    const struct usage_visit *visit, struct err *e);

int sqlite_mark(struct store *s, uint64_t mark, bool *other, struct err *e);

extern const struct store_model_ops sqlite_model_ops;

int sqlite_change_list(
    struct store *s, const struct list_change *c, struct err *e);
int sqlite_each_list_entry(
    struct store *s, const struct list_visit *visit, struct err *e);

#endif
