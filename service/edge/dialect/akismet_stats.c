#include <inttypes.h>
#include <stdio.h>

#include "akismet_usage.h"

enum { NUMBER_BYTES = 24, SECONDS_PER_SPAM = 50 /* that nobody had to look */ };

void
akismet_usage_limit(struct akismet_call *a)
{
	struct usage_list l = {0};
	struct json_out o;
	char month[MONTH_BYTES];

	akismet_month(month, 0);
	if (akismet_usage_read(a, &l, month, month) != 0)
		return;
	json_out_begin(&o, a->form.arena);
	json_out_open(&o, NULL, '{');
	json_out_text(&o, "limit", span_of("none"));
	json_out_integer(&o, "usage", akismet_usage_sum(&l).of[USAGE_CALLS]);
	json_out_text(&o, "percentage", span_of("0.00"));
	json_out_false(&o, "throttled");
	if (akismet_flag(a, "extended")) {
		json_out_text(&o, "notice_level", span_of("NOTICE_NONE"));
		json_out_false(&o, "upgrade");
	}
	json_out_close(&o, '}');
	akismet_json(a, json_out_end(&o));
}

/* How much of what we said nobody corrected. */
static double
accuracy(const struct usage *u)
{
	int64_t said = u->of[USAGE_SPAM] + u->of[USAGE_HAM];
	int64_t wrong = u->of[USAGE_MISSED_SPAM] + u->of[USAGE_FALSE_POSITIVES];

	if (said == 0 || wrong >= said)
		return wrong > 0 ? 0 : 100;
	return 100 * (1 - (double)wrong / (double)said);
}

static void
put_month(struct json_out *o, const struct usage *u, int64_t blogs)
{
	char day[sizeof(u->month) + 3], text[NUMBER_BYTES];

	json_out_open(o, u->month, '{');
	for (int i = USAGE_SPAM; i < USAGE_COUNTS; i++)
		akismet_put_count(o, i, u->of[i]);
	snprintf(text, sizeof(text), "%" PRId64, blogs);
	json_out_text(o, "blogs", span_of(text));
	snprintf(day, sizeof(day), "%s-01", u->month);
	json_out_text(o, "da", span_of(day));
	json_out_close(o, '}');
}

static void
write_stats(struct akismet_call *a, const struct usage_list *l)
{
	struct usage sum = akismet_usage_sum(l);
	char percent[NUMBER_BYTES];
	struct json_out o;

	snprintf(percent, sizeof(percent), "%.2f", accuracy(&sum));
	json_out_begin(&o, a->form.arena);
	json_out_open(&o, NULL, '{');
	for (int i = USAGE_SPAM; i < USAGE_COUNTS; i++)
		json_out_integer(&o, akismet_count_name(i), sum.of[i]);
	json_out_text(&o, "accuracy", span_of(percent));
	json_out_integer(
	    &o, "time_saved", SECONDS_PER_SPAM * sum.of[USAGE_SPAM]);
	json_out_open(&o, "breakdown", '{');
	for (size_t i = 0; i < l->n; i++)
		put_month(&o, &l->rows[i], l->blogs[i]);
	json_out_close(&o, '}');
	json_out_close(&o, '}');
	akismet_json(a, json_out_end(&o));
}

static void
stats(struct akismet_call *a, struct span blog)
{
	struct span from = akismet_field(a, "from");
	struct usage_list l = {.blog = blog};
	char first[MONTH_BYTES], last[MONTH_BYTES];

	akismet_month(last, 0);
	akismet_month(first, span_equal(from, span_of("60-days")) ? 1 : 5);
	if (span_equal(from, span_of("all")))
		memcpy(first, "0000-00", sizeof(first));
	if (akismet_usage_read(a, &l, first, last) == 0)
		write_stats(a, &l);
}

void
akismet_stats(struct akismet_call *a)
{
	stats(a, akismet_blog(a));
}

void
akismet_key_stats(struct akismet_call *a)
{
	stats(a, (struct span){NULL, 0});
}
