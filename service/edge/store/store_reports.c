#include "store_reports.h"

#include "store_ops.h"

static const char *const reasons[REPORT_REASONS] = {
    [REPORT_SPAM] = "spam",
    [REPORT_ABUSE] = "abuse",
    [REPORT_OFF_TOPIC] = "off_topic",
    [REPORT_OTHER] = "other",
};

const char *
report_reason_name(enum report_reason r)
{
	return reasons[r];
}

int
report_reason_named(struct span name)
{
	return span_index(name, reasons, REPORT_REASONS);
}

uint32_t
report_counts_sum(const struct report_counts *c)
{
	uint32_t n = 0;

	for (int i = 0; i < REPORT_REASONS; i++)
		n += c->by_reason[i];
	return n;
}

int
store_add_report(struct store *s, const struct report *r,
    struct report_outcome *out, struct err *e)
{
	return s->ops->add_report(s, r, out, e);
}

int
store_each_report(struct store_reader *r, struct store_ref ref,
    const struct report_visit *visit, struct err *e)
{
	return r->ops->each_report(r, ref, visit, e);
}
