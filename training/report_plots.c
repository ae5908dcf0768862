#include "report_plots.h"

#include <math.h>
#include <stdlib.h>

#include "learning.h"
#include "memory.h"
#include "plot.h"

enum { CURVE_POINTS = 200, BINS = 40, CALIBRATION_BINS = 10 };

static const struct tick share_ticks[] = {{0, "0 %"}, {0.2, "20 %"},
    {0.4, "40 %"}, {0.6, "60 %"}, {0.8, "80 %"}, {1, "100 %"}, {0, NULL}};

/* A curve of caught and blocked rows, thinned out for drawing. */
struct curve {
	struct point *points; /* x: good above, y: bad above */
	size_t n;
};

static struct curve
curve_of(const struct report_rows *r)
{
	struct curve c = {
	    .points = memory_new(CURVE_POINTS + 2, sizeof(*c.points)), .n = 1};
	double caught = 0, last = 0;
	double gap = (double)r->n / CURVE_POINTS;
	for (size_t i = 0; i < r->n; i++) {
		caught += r->items[i].bad;
		bool tied = i + 1 < r->n &&
			    r->items[i + 1].margin == r->items[i].margin;
		double done = (double)i + 1;
		if (tied || (i + 1 < r->n && done - last < gap))
			continue;
		c.points[c.n++] = (struct point){done - caught, caught};
		last = done;
	}
	return c;
}

/* Log scale: what matters happens below one in a hundred. */
void
report_plot_roc(FILE *f, const struct report_rows *r)
{
	static const struct tick x_ticks[] = {{-4, "0.01 %"}, {-3, "0.1 %"},
	    {-2, "1 %"}, {-1, "10 %"}, {0, "100 %"}, {0, NULL}};
	static const char *const titles[] = {"good blocked", "bad caught"};
	struct plot p = {"ROC", "good comments blocked (log scale)",
	    "bad comments caught", -4, 0, 0, 1, x_ticks, share_ticks};
	struct curve c = curve_of(r);
	struct point *drawn = memory_new(c.n, sizeof(*drawn));
	double good = (double)(r->n - r->bad), bad = (double)r->bad;
	for (size_t i = 0; i < c.n; i++) {
		c.points[i].x /= good;
		c.points[i].y /= bad;
		drawn[i] = (struct point){
		    log10(fmax(c.points[i].x, 1e-4)), c.points[i].y};
	}
	plot_begin(f, &p);
	plot_line(f, &p, "bad", drawn, c.n);
	plot_end(f);
	plot_table(f, titles, 2, &c.points->x, c.n);
	free(drawn);
	free(c.points);
}

void
report_plot_precision(FILE *f, const struct report_rows *r)
{
	static const char *const titles[] = {"recall", "precision"};
	struct plot p = {"Precision and recall", "bad comments caught",
	    "bad among the blocked", 0, 1, 0, 1, share_ticks, share_ticks};
	struct curve c = curve_of(r);
	for (size_t i = 0; i < c.n; i++) {
		double above = c.points[i].x + c.points[i].y;
		double caught = c.points[i].y;
		c.points[i].x = caught / (double)r->bad;
		c.points[i].y = above > 0 ? caught / above : 1;
	}
	plot_begin(f, &p);
	plot_line(f, &p, "bad", c.points, c.n);
	plot_end(f);
	plot_table(f, titles, 2, &c.points->x, c.n);
	free(c.points);
}

void
report_plot_calibration(FILE *f, const struct report_rows *r)
{
	static const char *const titles[] = {"said", "bad", "rows"};
	static const struct point ideal[] = {{0, 0}, {1, 1}};
	struct plot p = {"Calibration", "probability said", "share really bad",
	    0, 1, 0, 1, share_ticks, share_ticks};
	double sums[CALIBRATION_BINS][3] = {0};
	struct point dots[CALIBRATION_BINS];
	size_t n = 0;
	for (size_t i = 0; i < r->n; i++) {
		double said = model_probability(r->head, r->items[i].margin);
		double *sum = sums[(int)fmin(
		    said * CALIBRATION_BINS, CALIBRATION_BINS - 1)];
		sum[0] += said;
		sum[1] += r->items[i].bad;
		sum[2] += 1;
	}
	for (int b = 0; b < CALIBRATION_BINS; b++) {
		if (sums[b][2] == 0)
			continue;
		sums[n][0] = sums[b][0] / sums[b][2];
		sums[n][1] = sums[b][1] / sums[b][2];
		sums[n][2] = sums[b][2];
		dots[n] = (struct point){sums[n][0], sums[n][1]};
		n++;
	}
	plot_begin(f, &p);
	plot_line(f, &p, "ideal", ideal, 2);
	plot_dots(f, &p, "bad", dots, n);
	plot_end(f);
	plot_table(f, titles, 3, sums[0], n);
}

/* Shares of good and bad rows per bin of the margin: [bin] = {from, good,
 * bad}. Returns the highest. */
static double
count_bins(const struct report_rows *r, double low, double high,
    double bins[BINS + 1][3])
{
	double most = 0, good = (double)(r->n - r->bad);
	for (int b = 0; b <= BINS; b++)
		bins[b][0] = low + (high - low) * b / BINS;
	for (size_t i = 0; i < r->n; i++) {
		double at = (r->items[i].margin - low) / (high - low) * BINS;
		int bin = (int)fmin(fmax(at, 0), BINS - 1);
		bool bad = r->items[i].bad;
		bins[bin][1 + bad] += 1 / (bad ? (double)r->bad : good);
		most = fmax(most, bins[bin][1 + bad]);
	}
	return most;
}

static void
draw_bins(FILE *f, const struct plot *p, double bins[BINS + 1][3])
{
	static const char *const styles[] = {"good", "bad"};
	for (int side = 0; side < 2; side++) {
		struct point points[BINS + 1];
		for (int b = 0; b <= BINS; b++)
			points[b] =
			    (struct point){bins[b][0], bins[b][1 + side]};
		plot_bars(f, p, styles[side], points, BINS + 1);
	}
}

void
report_plot_histogram(FILE *f, const struct report_rows *r)
{
	static const char *const titles[] = {
	    "margin from", "share of good", "share of bad"};
	char low_label[32], high_label[32], top_label[32];
	double bins[BINS + 1][3] = {0};
	double low = fmin(r->items[r->n - 1].margin, -1);
	double high = fmax(r->items[0].margin, 1);
	double most = count_bins(r, low, high, bins);
	snprintf(low_label, sizeof(low_label), "%.1f", low);
	snprintf(high_label, sizeof(high_label), "%.1f", high);
	snprintf(top_label, sizeof(top_label), "%.0f %%", 100 * most);
	struct tick x_ticks[] = {
	    {low, low_label}, {0, "0"}, {high, high_label}, {0, NULL}};
	struct tick y_ticks[] = {{0, "0 %"}, {most, top_label}, {0, NULL}};
	struct plot p = {"Margins of good (left) and bad (right) comments",
	    "margin", "share of its kind", low, high, 0, most, x_ticks,
	    y_ticks};
	plot_begin(f, &p);
	draw_bins(f, &p, bins);
	if (r->head != NULL) {
		plot_mark(f, &p, r->head->hold, 1, "hold");
		plot_mark(f, &p, r->head->reject, 2, "reject");
		plot_mark(f, &p, r->head->discard, 3, "discard");
	}
	plot_end(f);
	plot_table(f, titles, 3, bins[0], BINS);
}

/* Rows in thousands, so that a label is short. */
static void
name_tick(struct tick *t, char label[16], double log2_rows)
{
	double rows = exp2(log2_rows);
	snprintf(label, 16, rows < 10000 ? "%.0f" : "%.0fk",
	    rows < 10000 ? rows : rows / 1000);
	*t = (struct tick){log2_rows, label};
}

struct lesson_curves {
	struct point auc[LEARNING_STEPS], caught[LEARNING_STEPS];
	double numbers[LEARNING_STEPS][3];
	struct tick ticks[LEARNING_STEPS + 1];
	char labels[LEARNING_STEPS][16];
	size_t n;
};

static void
trace(
    struct lesson_curves *c, const struct learning *l, enum model_head_id head)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct learning_point *p = &l->items[i];
		if (p->head != head)
			continue;
		double x = log2((double)p->rows);
		c->auc[c->n] = (struct point){x, p->metrics.auc};
		c->caught[c->n] = (struct point){x, p->metrics.recall_05};
		c->numbers[c->n][0] = (double)p->rows;
		c->numbers[c->n][1] = p->metrics.auc;
		c->numbers[c->n][2] = p->metrics.recall_05;
		name_tick(&c->ticks[c->n], c->labels[c->n], x);
		c->n++;
	}
}

void
report_plot_learning(FILE *f, const struct learning *l, enum model_head_id head)
{
	static const char *const titles[] = {
	    "rows", "ROC AUC", "caught at 0.5 %"};
	struct lesson_curves c = {0};
	trace(&c, l, head);
	if (c.n < 2)
		return;
	double least = 1;
	for (size_t i = 0; i < c.n; i++)
		least = fmin(least, fmin(c.auc[i].y, c.caught[i].y));
	int below = (int)fmin(4, floor(least * 5)); /* of share_ticks */
	struct plot p = {"Learning: ROC AUC (blue), caught at 0.5 % (red)",
	    "rows learnt from (log scale)", "share", c.auc[0].x,
	    c.auc[c.n - 1].x, share_ticks[below].at, 1, c.ticks,
	    share_ticks + below};
	fputs("<div class=\"narrow\">", f);
	plot_begin(f, &p);
	plot_line(f, &p, "good", c.auc, c.n);
	plot_dots(f, &p, "good", c.auc, c.n);
	plot_line(f, &p, "bad", c.caught, c.n);
	plot_dots(f, &p, "bad", c.caught, c.n);
	plot_end(f);
	plot_table(f, titles, 3, c.numbers[0], c.n);
	fputs("</div>\n", f);
}
