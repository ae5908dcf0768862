/*
 * A recorded comment as the review queue shows it.
 */
#ifndef EDGE_ITEM_JSON_H
#define EDGE_ITEM_JSON_H

#include "../format/json_out.h"
#include "../request/service.h"
#include "../store/store_reports.h"

/* An answer of such items in the making, in the request's arena. */
struct item_writer {
	const struct call *call;
	struct json_out out;
	struct arena aside; /* for one item at a time */
};

/* Begins the answer: 0, or -1: the arena is full. */
int item_begin(struct item_writer *w, const struct call *call);

/*
 * Writes the comment of that number; one that is gone by now is left out
 * (null where it has a key). 0, or -1.
 */
int item_write(
    struct item_writer *w, const char *key, int64_t number, struct err *e);

/* Answers with what was written. */
void item_end(struct item_writer *w);

/* What a campaign is called: its number, veiled. */
enum { ITEM_CAMPAIGN_BYTES = VEIL_DIGITS };
void item_campaign(
    const struct call *call, int64_t number, char out[ITEM_CAMPAIGN_BYTES + 1]);

/* A time that is null where there is none, 0. */
void item_time(struct json_out *o, const char *key, int64_t ms);

/* How often it was reported: members n, reasons, last_at, open. */
void item_reports(struct json_out *o, const struct report_counts *c);

/* Who wrote a comment, as a key of this API: 16 hex digits, or null. */
enum { AUTHOR_KEY_DIGITS = 16 };
void item_author_key(struct json_out *o, const char *key, uint64_t author);

/* Such a key, or a part of a cursor: 0, or -1: it is none. */
int item_read_hex(struct span digits, uint64_t *out);

#endif
