/*
 * What the review queue asks of the store: comments in pages, by what they
 * are found by. That is made when nobody writes, so it comes a moment later;
 * all but the state, by which a comment is found at once.
 */
#ifndef EDGE_STORE_QUEUE_H
#define EDGE_STORE_QUEUE_H

#include "../format/language.h"
#include "../model/model_folder.h"
#include "store_decision.h"
#include "store_reports.h"

enum { FACET_HOSTS_MAX = 16 };

/* What a comment is found by: hashes, 0: there is none. */
struct store_facets {
	uint64_t author, net, thread;
	uint64_t reasons; /* bits, see facets.h */
	uint64_t text;    /* as in a fingerprint, like the bands */
	uint64_t band[FINGERPRINT_BANDS];
	uint64_t hosts[FACET_HOSTS_MAX]; /* of links, each once */
	uint32_t n_hosts;
	char lang[LANGUAGE_BYTES]; /* empty: it is not known */
};

/*
 * Who says what a record is found by: fills `out`, all zero before, with what
 * it needs in `a`. On the writer's thread. 0, or -1: no memory to tell, later.
 */
struct store_describer {
	int (*describe)(const void *arg, const struct record *r,
	    struct store_facets *out, struct arena *a);
	const void *arg;
	struct arena arena; /* the store's from now on */
};

/* Who does it from now on; before that, comments wait for their index. */
void store_describe_by(struct store *s, const struct store_describer *d);

enum queue_order {
	QUEUE_NEWEST,
	QUEUE_OLDEST,
	QUEUE_RISK,      /* the highest score first */
	QUEUE_UNCERTAIN, /* nearest to .5; of near-duplicates only one */
	QUEUE_ORDERS
};

/* Where a comment stands in an order. */
struct queue_place {
	double rank;    /* what it is ordered by, 0: by number alone */
	int64_t number; /* grows as comments come; 0: before the first one */
};

struct queue_query {
	int64_t site;
	int state;     /* enum comment_state; -1: any */
	bool reported; /* only those whose reports are open */
	enum queue_order order;
	struct span words;                           /* for FTS5; empty: any */
	uint64_t author, net, thread, host, reasons; /* facets; 0: any */
	double score_min, score_max;                 /* NAN: no bound */
	bool disputed;              /* the challenger in use differs */
	struct span lang;           /* LANGUAGE_UNKNOWN: of none; empty: any */
	int64_t since_ms, until_ms; /* 0: no bound */
	struct queue_place after;
	uint32_t most;
};

struct queue_hit {
	int64_t site;
	struct queue_place place;
};

/* The first after `after`, in the order. */
struct queue_page {
	struct queue_hit *hits; /* room for `most` */
	uint32_t n;
	/* where to go on, when too many were looked at to fill the page */
	struct queue_place next; /* number 0: no more of them */
};

/* At most so many candidates are looked at for a page. */
enum { QUEUE_WINDOW = 20000 };

/*
 * Finds a page: 0, or -1: ERR_DOWN, or ERR_INPUT when FTS5 does not take the
 * words. Ordered by rank, the newest QUEUE_WINDOW that are found by one of
 * the facets are looked at, by words of the newest 5 * QUEUE_WINDOW matches
 * of all sites; by time, and of those that are held by rank, all are, page by
 * page. Of the latter so many of the newest need not be indexed, unless a
 * reason or a language is asked for.
 */
int store_find_page(struct store_reader *r, const struct queue_query *q,
    struct queue_page *out, struct err *e);

/* Reads a record by its number; as store_get. */
int store_get_number(struct store_reader *r, int64_t number, struct arena *a,
    struct record *out, struct err *e);

/* What the challenger in use would have done otherwise. */
struct queue_shadow {
	char model[MODEL_FOLDER_BYTES_MAX + 1]; /* empty: nothing */
	char action[sizeof("discard")];
	double score; /* of the head that decided; NAN: none */
};

/* What the queue shows beside the record. */
struct queue_aside {
	int64_t number;
	uint32_t notes;
	int64_t cluster;  /* 0: it is not known yet */
	uint32_t like_it; /* comments of its site in its cluster, as many as
			   * QUEUE_LIKE_MAX */
	char lang[LANGUAGE_BYTES]; /* empty: it is not known, or not yet */
	uint32_t version; /* grows with each decision about it, and undo */
	struct queue_shadow shadow;
	struct report_counts reports;
};
enum { QUEUE_LIKE_MAX = 10000 };

/* Of one comment. 0, or -1: ERR_MISSING, there is no such one. */
int store_get_aside(struct store_reader *r, struct store_ref ref,
    struct queue_aside *out, struct err *e);

#endif
