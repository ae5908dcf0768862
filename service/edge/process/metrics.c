#include "metrics.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { LABELS_MAX = 5, BUCKETS = 14 };

enum kind { COUNTER, GAUGE, THOUSANDTHS, HISTOGRAM };

/* Upper bounds of the buckets of a histogram. */
static const int64_t bounds_us[BUCKETS] = {5, 10, 25, 50, 100, 250, 500, 1000,
    2500, 5000, 10000, 25000, 100000, 1000000};

static const struct row {
	const char *name, *help;
	enum kind kind;
	const char *label;              /* NULL: none */
	const char *values[LABELS_MAX]; /* of the label, up to a NULL */
} rows[METRICS] = {
    [METRIC_HTTP_REQUESTS] = {"moderato_http_requests_total",
	"Answers given, refusals too, by class of status.", COUNTER, "status",
	{"1xx", "2xx", "3xx", "4xx", "5xx"}},
    [METRIC_HTTP_SECONDS] = {"moderato_http_request_seconds",
	"Time from the whole request to its answer.", HISTOGRAM},
    [METRIC_HTTP_CONNECTIONS] = {"moderato_http_connections",
	"Open connections.", GAUGE},
    [METRIC_HTTP_IN_FLIGHT] = {"moderato_http_requests_in_flight",
	"Requests not answered yet.", GAUGE},
    [METRIC_HTTP_CUT] = {"moderato_http_connections_cut_total",
	"Connections cut because a request or answer took too long, or to "
	"make room for others or their bodies.",
	COUNTER},
    [METRIC_COMMENTS] = {"moderato_comments_total",
	"Comments judged, by action.", COUNTER, "action",
	{"publish", "hold", "reject", "discard"}},
    [METRIC_SHADOW] = {"moderato_shadow_total",
	"Comments that a challenger judged, too, by whether it did the same.",
	COUNTER, "action", {"same", "other"}},
    [METRIC_DEGRADED] = {"moderato_degraded_total",
	"Requests served without a part, or refused for want of it.", COUNTER,
	"part", {"state", "store", "model"}},
    [METRIC_RATE_LIMITED] = {"moderato_rate_limited_total",
	"Requests refused: too many with a key, wrong keys of an address, or "
	"attempts to sign in.",
	COUNTER, "by", {"key", "address", "sign_in"}},
    [METRIC_FLOOD_REFUSED] = {"moderato_flood_refused_total",
	"Comments not recorded, their author or address being far over a "
	"limit.",
	COUNTER},
    [METRIC_UNTRIED] = {"moderato_regexes_untried_total",
	"Comments that the regular expressions of their site would take too "
	"long on, so that not all were tried.",
	COUNTER},
    [METRIC_SHED] = {"moderato_shed_total",
	"Requests refused because too many waited for the store, by what they "
	"were.",
	COUNTER, "load", {"bulk", "feedback", "check"}},
    [METRIC_UP] = {"moderato_up", "Whether a part works: 1, or 0.", GAUGE,
	"part", {"state", "store", "model"}},
    [METRIC_RETENTION_PAUSED] = {"moderato_retention_paused",
	"1: nothing is deleted for its age, as the clock is doubted.", GAUGE},
    [METRIC_STORE_BYTES] = {"moderato_store_bytes",
	"Files of the store. A log beyond 64 MiB: it is read for so long, as "
	"by a backup, that it cannot be taken over.",
	GAUGE, "file", {"database", "log"}},
    [METRIC_STORE_WAITING] = {"moderato_store_waiting",
	"Comments of a crowd, held ones too, that are recorded and not yet "
	"sorted in, so that no list shows them.",
	GAUGE},
    [METRIC_DELIVERIES] = {"moderato_deliveries_total",
	"Attempts to deliver to webhooks, by what came of them; and what "
	"failed as it waited too long for one.",
	COUNTER, "result", {"retry", "done", "failed"}},
    [METRIC_DRIFT] = {"moderato_drift_psi",
	"How far the last days are from what the active model was measured "
	"on (population stability index); -1: too little to tell.",
	THOUSANDTHS, "measure",
	{"score.spam", "score.abuse", "unseen", "overrides", "reasons"}},
    [METRIC_SCORE_SECONDS] = {"moderato_score_seconds",
	"Time to read and judge one comment, without waiting.", HISTOGRAM},
};

/* A line of the cache each, so that threads do not fight for neighbours. */
struct figure {
	_Alignas(64) _Atomic int64_t values[LABELS_MAX];
	_Atomic uint64_t buckets[BUCKETS]; /* events up to the bound */
	_Atomic uint64_t count;
	_Atomic int64_t sum_us;
};

struct metrics {
	struct figure figures[METRICS];
	const char *version;
	int64_t started_ms;           /* Unix time */
	struct metrics_source source; /* set NULL: none */
};

struct metrics *
metrics_open(const char *version, int64_t now_ms)
{
	struct metrics *m =
	    aligned_alloc(_Alignof(struct figure), sizeof(struct metrics));

	if (m == NULL)
		return NULL;
	memset(m, 0, sizeof *m);
	m->version = version;
	m->started_ms = now_ms;
	for (unsigned i = 0; i < DRIFT_MEASURES; i++)
		metrics_set(m, METRIC_DRIFT, i, -1000);
	return m;
}

void
metrics_close(struct metrics *m)
{
	free(m);
}

static _Atomic int64_t *
value_of(struct metrics *m, enum metric metric, unsigned label)
{
	assert(rows[metric].kind != HISTOGRAM && label < LABELS_MAX);
	return &m->figures[metric].values[label];
}

void
metrics_add(struct metrics *m, enum metric metric, unsigned label, int64_t n)
{
	atomic_fetch_add_explicit(
	    value_of(m, metric, label), n, memory_order_relaxed);
}

void
metrics_set(
    struct metrics *m, enum metric metric, unsigned label, int64_t value)
{
	atomic_store_explicit(
	    value_of(m, metric, label), value, memory_order_relaxed);
}

void
metrics_observe(struct metrics *m, enum metric metric, int64_t us)
{
	struct figure *f = &m->figures[metric];
	size_t i = 0;

	assert(rows[metric].kind == HISTOGRAM);
	while (i < BUCKETS && us > bounds_us[i])
		i++;
	if (i < BUCKETS)
		atomic_fetch_add_explicit(
		    &f->buckets[i], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&f->sum_us, us, memory_order_relaxed);
	atomic_fetch_add_explicit(&f->count, 1, memory_order_relaxed);
}

struct text_out {
	char *bytes;
	size_t n;
};

static void put(struct text_out *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
put(struct text_out *t, const char *format, ...)
{
	size_t room = METRICS_BYTES_MAX - t->n;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(t->bytes + t->n, room, format, args);
	va_end(args);
	assert(n >= 0 && (size_t)n < room); /* the table got too long */
	if (n >= 0 && (size_t)n < room)
		t->n += (size_t)n;
}

static void
put_head(struct text_out *t, const char *name, const char *help, enum kind kind)
{
	static const char *const kinds[] = {
	    "counter", "gauge", "gauge", "histogram"};

	put(t, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kinds[kind]);
}

static void
put_values(struct text_out *t, const struct row *r, const struct figure *f)
{
	size_t i;

	if (r->label == NULL)
		put(t, "%s %" PRId64 "\n", r->name, f->values[0]);
	for (i = 0; i < LABELS_MAX && r->values[i] != NULL; i++)
		if (r->kind == THOUSANDTHS)
			put(t, "%s{%s=\"%s\"} %.3f\n", r->name, r->label,
			    r->values[i], (double)f->values[i] / 1000);
		else
			put(t, "%s{%s=\"%s\"} %" PRId64 "\n", r->name, r->label,
			    r->values[i], f->values[i]);
}

/* Events may come in between: +Inf must not be less than a bucket. */
static void
put_histogram(struct text_out *t, const struct row *r, const struct figure *f)
{
	uint64_t count = f->count;
	uint64_t up_to = 0;
	size_t i;

	for (i = 0; i < BUCKETS; i++) {
		up_to += f->buckets[i];
		put(t, "%s_bucket{le=\"%g\"} %" PRIu64 "\n", r->name,
		    (double)bounds_us[i] / 1e6, up_to);
	}
	if (count < up_to)
		count = up_to;
	put(t, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n", r->name, count);
	put(t, "%s_sum %.6f\n", r->name, (double)f->sum_us / 1e6);
	put(t, "%s_count %" PRIu64 "\n", r->name, count);
}

void
metrics_set_source(struct metrics *m, struct metrics_source source)
{
	m->source = source;
}

size_t
metrics_write(struct metrics *m, char out[METRICS_BYTES_MAX])
{
	struct text_out t = {out, 0};
	const struct row *r;

	if (m->source.set != NULL)
		m->source.set(m->source.arg, m);
	for (r = rows; r < rows + METRICS; r++) {
		put_head(&t, r->name, r->help, r->kind);
		if (r->kind == HISTOGRAM)
			put_histogram(&t, r, &m->figures[r - rows]);
		else
			put_values(&t, r, &m->figures[r - rows]);
	}
	put_head(&t, "moderato_build_info", "The version that runs.", GAUGE);
	put(&t, "moderato_build_info{version=\"%s\"} 1\n", m->version);
	put_head(
	    &t, "process_start_time_seconds", "Start, in Unix time.", GAUGE);
	put(&t, "process_start_time_seconds %.3f\n",
	    (double)m->started_ms / 1e3);
	return t.n;
}
