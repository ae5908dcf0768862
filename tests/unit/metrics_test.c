/* Figures counted from several threads, and how they are written. */
#include "../../service/edge/process/metrics.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char out[METRICS_BYTES_MAX];

/* The value written for a series, such as `name{label="x"}`. */
static double
value(const char *series)
{
	char start[128];
	const char *at;

	snprintf(start, sizeof start, "\n%s ", series);
	at = strstr(out, start);
	if (at == NULL)
		fail_msg("no %s in:\n%s", series, out);
	return strtod(at + strlen(start), NULL);
}

static struct metrics *
open_metrics(void)
{
	struct metrics *m = metrics_open("1.2.3", 1500);

	assert_non_null(m);
	return m;
}

static void
write_all(struct metrics *m)
{
	size_t n = metrics_write(m, out);

	assert_int_equal(n, strlen(out));
}

static void
set_in_flight(void *arg, struct metrics *m)
{
	metrics_set(m, METRIC_HTTP_IN_FLIGHT, 0, ++*(int *)arg);
}

static void
a_source_is_asked_each_time(void **state)
{
	struct metrics *m = open_metrics();
	int asked = 0;

	(void)state;
	metrics_set_source(m, (struct metrics_source){set_in_flight, &asked});
	write_all(m);
	assert_true(value("moderato_http_requests_in_flight") == 1);
	write_all(m);
	assert_true(value("moderato_http_requests_in_flight") == 2);
	metrics_close(m);
}

static void
counters_and_gauges_are_told(void **state)
{
	struct metrics *m = open_metrics();

	(void)state;
	metrics_add(m, METRIC_HTTP_REQUESTS, 1, 5);
	metrics_add(m, METRIC_HTTP_REQUESTS, 4, 1);
	metrics_add(m, METRIC_HTTP_CONNECTIONS, 0, 3);
	metrics_add(m, METRIC_HTTP_CONNECTIONS, 0, -1);
	metrics_set(m, METRIC_UP, PART_STORE, 1);
	write_all(m);
	assert_true(value("moderato_http_requests_total{status=\"2xx\"}") == 5);
	assert_true(value("moderato_http_requests_total{status=\"5xx\"}") == 1);
	assert_true(value("moderato_http_connections") == 2);
	assert_true(value("moderato_up{part=\"store\"}") == 1);
	assert_true(value("moderato_up{part=\"state\"}") == 0);
	assert_true(value("moderato_comments_total{action=\"discard\"}") == 0);
	assert_true(value("moderato_build_info{version=\"1.2.3\"}") == 1);
	assert_true(value("process_start_time_seconds") == 1.5);
	metrics_close(m);
}

static void
a_histogram_counts_up_to_each_bound(void **state)
{
	static const int64_t events_us[] = {0, 5, 6, 1000, 2000000};
	struct metrics *m = open_metrics();
	size_t i;

	(void)state;
	for (i = 0; i < 5; i++)
		metrics_observe(m, METRIC_SCORE_SECONDS, events_us[i]);
	write_all(m);
	assert_true(value("moderato_score_seconds_bucket{le=\"5e-06\"}") == 2);
	assert_true(value("moderato_score_seconds_bucket{le=\"1e-05\"}") == 3);
	assert_true(value("moderato_score_seconds_bucket{le=\"0.001\"}") == 4);
	assert_true(value("moderato_score_seconds_bucket{le=\"1\"}") == 4);
	assert_true(value("moderato_score_seconds_bucket{le=\"+Inf\"}") == 5);
	assert_true(value("moderato_score_seconds_count") == 5);
	assert_true(value("moderato_score_seconds_sum") == 2.001011);
	assert_true(value("moderato_http_request_seconds_count") == 0);
	metrics_close(m);
}

/* Every line is a comment or `name value`; counters end in _total. */
static void
each_line_has_the_format(void **state)
{
	struct metrics *m = open_metrics();
	char name[80], type[16], number[32];
	char *line, *next;
	size_t n;

	(void)state;
	write_all(m);
	for (line = out; *line != '\0'; line = next) {
		next = strchr(line, '\n');
		assert_non_null(next);
		*next++ = '\0';
		n = strlen(line);
		if (sscanf(line, "# TYPE %79s %15s", name, type) == 2)
			assert_int_equal(strcmp(type, "counter") == 0,
			    strcmp(name + strlen(name) - 6, "_total") == 0);
		else if (line[0] == '#')
			assert_memory_equal(line, "# HELP ", 7);
		else
			assert_int_equal(
			    sscanf(line, "%79s %31s", name, number) == 2 &&
				strlen(name) + strlen(number) + 1 == n,
			    1);
	}
	metrics_close(m);
}

enum { THREADS = 4, EVENTS_EACH = 50000 };

static void *
count(void *metrics)
{
	int i;

	for (i = 0; i < EVENTS_EACH; i++) {
		metrics_add(metrics, METRIC_COMMENTS, 0, 1);
		metrics_observe(metrics, METRIC_HTTP_SECONDS, i % 100);
	}
	return NULL;
}

static void
no_event_of_any_thread_is_lost(void **state)
{
	struct metrics *m = open_metrics();
	pthread_t threads[THREADS];
	size_t i;

	(void)state;
	for (i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, count, m);
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	write_all(m);
	assert_true(value("moderato_comments_total{action=\"publish\"}") ==
		    THREADS * EVENTS_EACH);
	assert_true(value("moderato_http_request_seconds_count") ==
		    THREADS * EVENTS_EACH);
	assert_true(
	    value("moderato_http_request_seconds_bucket{le=\"0.0001\"}") ==
	    THREADS * EVENTS_EACH);
	metrics_close(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_source_is_asked_each_time),
	    cmocka_unit_test(counters_and_gauges_are_told),
	    cmocka_unit_test(a_histogram_counts_up_to_each_bound),
	    cmocka_unit_test(each_line_has_the_format),
	    cmocka_unit_test(no_event_of_any_thread_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
