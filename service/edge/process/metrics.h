/*
 * The figures of the process, counted from any thread and written in the
 * Prometheus text format 0.0.4. One table in metrics.c says what there is;
 * base units, counters end in _total. Knows not where figures come from.
 */
#ifndef EDGE_METRICS_H
#define EDGE_METRICS_H

#include <stddef.h>
#include <stdint.h>

/* In the order of the table; what follows says what its label may be. */
enum metric {
	METRIC_HTTP_REQUESTS,    /* status / 100 - 1, 0 to 4 */
	METRIC_HTTP_SECONDS,     /* histogram */
	METRIC_HTTP_CONNECTIONS, /* gauge */
	METRIC_HTTP_IN_FLIGHT,   /* gauge */
	METRIC_HTTP_CUT,
	METRIC_COMMENTS, /* enum action */
	METRIC_SHADOW,   /* enum metric_shadow */
	METRIC_DEGRADED, /* enum metric_part: judged or refused without it */
	METRIC_RATE_LIMITED, /* enum metric_limit */
	METRIC_FLOOD_REFUSED,
	METRIC_UNTRIED,
	METRIC_SHED,             /* enum load (routes.h), from its first on */
	METRIC_UP,               /* gauge; enum metric_part */
	METRIC_RETENTION_PAUSED, /* gauge */
	METRIC_STORE_BYTES,      /* gauge; enum metric_file */
	METRIC_STORE_WAITING,    /* gauge */
	METRIC_DELIVERIES,       /* enum delivery_state; due: is tried again */
	METRIC_DRIFT,            /* gauge, thousandths; enum metric_drift */
	METRIC_SCORE_SECONDS,    /* histogram: reading and judging a comment */
	METRICS
};

enum metric_part { PART_STATE, PART_STORE, PART_MODEL };
enum metric_limit { LIMIT_KEY, LIMIT_ADDRESS, LIMIT_SIGN_IN };
enum metric_file { STORE_FILE_DATABASE, STORE_FILE_LOG };
enum metric_shadow { SHADOW_SAME, SHADOW_OTHER };
enum metric_drift {
	DRIFT_SCORE_SPAM,
	DRIFT_SCORE_ABUSE,
	DRIFT_UNSEEN,
	DRIFT_OVERRIDES,
	DRIFT_REASONS, /* the largest of them */
	DRIFT_MEASURES
};

struct metrics;

/* NULL: no memory. `version` is this program's and outlives the metrics. */
struct metrics *metrics_open(const char *version, int64_t now_ms);
void metrics_close(struct metrics *m);

/* Adds to a counter or gauge; `label` 0 where the metric has none. */
void metrics_add(
    struct metrics *m, enum metric metric, unsigned label, int64_t n);

/* Sets a gauge. */
void metrics_set(
    struct metrics *m, enum metric metric, unsigned label, int64_t value);

/* Counts one event of `us` microseconds in a histogram. */
void metrics_observe(struct metrics *m, enum metric metric, int64_t us);

/* Who sets, when asked, the gauges that only they can see. */
struct metrics_source {
	void (*set)(void *arg, struct metrics *m);
	void *arg;
};

/* To be asked before anything is written; set before the first time. */
void metrics_set_source(struct metrics *m, struct metrics_source source);

enum { METRICS_BYTES_MAX = 16 * 1024 };

/* Writes all of them, NUL-terminated; returns the length. */
size_t metrics_write(struct metrics *m, char out[METRICS_BYTES_MAX]);

#endif
