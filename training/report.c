#include "report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "learning.h"
#include "output.h"
#include "reliability.h"
#include "report_page.h"
#include "report_peers.h"
#include "report_plots.h"
#include "report_tables.h"

static const char style[] =
    ":root{color-scheme:light dark;--text:#1a1a1a;--page:#fff;"
    "--grid:#ddd;--good:#2a6fb0;--bad:#c4441c;--mark:#555}\n"
    "@media(prefers-color-scheme:dark){:root{--text:#eee;--page:#161616;"
    "--grid:#3a3a3a;--good:#6fb1ef;--bad:#ff8a5c;--mark:#bbb}}\n"
    "body{font:16px/1.5 system-ui,sans-serif;color:var(--text);"
    "background:var(--page);max-width:72rem;margin:2rem auto;"
    "padding:0 1rem}\n"
    "section{display:grid;gap:1rem;"
    "grid-template-columns:repeat(auto-fit,minmax(20rem,1fr))}\n"
    "figure{margin:0}svg{width:100%;height:auto}\n"
    "svg text{font-size:12px;fill:var(--text)}"
    "svg .title{font-size:14px;font-weight:600}\n"
    ".grid{stroke:var(--grid)}.line{fill:none;stroke-width:2}\n"
    ".line.bad{stroke:var(--bad)}.line.ideal{stroke:var(--grid)}\n"
    ".bar{opacity:.6}.bar.good,.dot.good{fill:var(--good)}"
    ".bar.bad,.dot.bad{fill:var(--bad)}\n"
    "path.mark{stroke:var(--mark);stroke-dasharray:4 3}"
    "svg text.mark{fill:var(--mark)}\n"
    "table{border-collapse:collapse;font-variant-numeric:tabular-nums}"
    "caption{text-align:left;font-weight:600;padding:.5rem 0}"
    "td,th{text-align:right;padding:.15rem .6rem;"
    "border-bottom:1px solid var(--grid)}"
    "th[scope=row]{text-align:left;font-weight:400}"
    "th[scope=col]{color:var(--mark);font-weight:500;vertical-align:bottom}"
    "tr>th[scope=col]:first-child{text-align:left}\n"
    ".table{max-width:100%;overflow:auto;margin:1rem 0}\n"
    "details .table{max-height:28rem}"
    "summary{cursor:pointer;padding:.3rem 0}\n"
    ".range{color:var(--mark);font-size:.85em;white-space:nowrap}.ours{font-"
    "weight:600}"
    ".narrow{max-width:32rem}\n"
    ".line.good{stroke:var(--good)}\n"
    "figure+details{max-height:20rem;overflow:auto}\n";

static void
put_summary(FILE *f, const struct metrics *m)
{
	fprintf(f,
	    "<p>%zu comments, %zu of them bad. ROC AUC %.4f (95 %%: %.4f to "
	    "%.4f), average precision %.4f. At margin 0: accuracy %.2f %%, "
	    "MCC %.3f.</p>\n",
	    m->n, m->bad, m->auc, m->auc95.low, m->auc95.high,
	    m->average_precision, 100 * m->accuracy, m->mcc);
}

static void
put_budget(FILE *f, const struct report_rows *r, double budget)
{
	double at = model_cut_off(r->head, budget);
	struct confusion c = metrics_confusion(r->items, r->n, at);
	fprintf(f, "<tr><th scope=\"row\">%g %%</th>", 100 * budget);
	if (isinf(at))
		fputs("<td colspan=\"4\">too little data</td>", f);
	else {
		page_number(f, at, 3);
		page_number(f, model_probability(r->head, at), 4);
		page_share(f, c.blocked, r->n - r->bad, 2);
		page_share(f, c.caught, r->bad, 2);
	}
	fputs("</tr>\n", f);
}

/* What a site gets for each share of good comments it is ready to lose. */
static void
put_budgets(FILE *f, const struct report_rows *r)
{
	static const char *const titles[] = {"budget", "margin", "score",
	    "good at or above, %", "bad at or above, %", NULL};
	page_table(f, "Cut-offs by budget", titles);
	for (int i = 0; i < MODEL_BUDGETS; i++)
		put_budget(f, r, model_budgets[i]);
	page_table_end(f);
}

/* Of two ways to make scores of margins; what ships is Platt's. */
static void
put_reliability(FILE *f, const struct report_rows *r)
{
	static const char *const titles[] = {
	    "calibration", "Brier", "log loss", "error of ten bins", NULL};
	struct reliability of[CALIBRATORS];
	reliability_compare(of, r->items, r->n);
	page_table(f, "Scores against what came of it, fitted on half", titles);
	for (int c = 0; c < CALIBRATORS; c++)
		fprintf(f,
		    "<tr><th scope=\"row\">%s</th><td>%.4f</td>"
		    "<td>%.4f</td><td>%.4f</td></tr>\n",
		    calibrator_name(c), of[c].brier, of[c].log_loss, of[c].ece);
	page_table_end(f);
}

static void
put_plots(FILE *f, const struct report_rows *rows)
{
	fputs("<section>\n<div>", f);
	report_plot_roc(f, rows);
	fputs("</div><div>", f);
	report_plot_precision(f, rows);
	if (rows->head != NULL) {
		fputs("</div><div>", f);
		report_plot_calibration(f, rows);
	}
	fputs("</div><div>", f);
	report_plot_histogram(f, rows);
	fputs("</div>\n</section>\n", f);
}

static void
put_head(FILE *f, const struct report *r, enum model_head_id head)
{
	struct metrics m;
	const struct guise *g = &r->guises[0];
	size_t n = g->n[head];
	if (n == 0)
		return;
	metrics_of(&m, g->answers[head], n);
	fprintf(f, "<h2>%s</h2>\n", model_head_name(head));
	put_summary(f, &m);
	if (m.bad == 0 || m.bad == n) {
		fputs("<p>All rows are of one kind: no curves.</p>\n", f);
		return;
	}
	struct report_rows rows = {g->answers[head], n, m.bad,
	    r->model != NULL ? &r->model->heads[head] : NULL};
	put_plots(f, &rows);
	if (rows.head != NULL)
		put_budgets(f, &rows);
	put_reliability(f, &rows);
	report_thresholds(f, &rows);
	report_evasion(f, r, head);
	if (r->learning != NULL)
		report_plot_learning(f, r->learning, head);
	report_slices(f, r, head);
	report_words(f, r, head);
}

/* What is not there, and how to have it. */
static void
put_missing(FILE *f, const struct report *r)
{
	bool evades = r->n_guises > 1;
	bool learns = r->learning != NULL && r->learning->n > 0;
	if (evades && learns)
		return;
	fprintf(f,
	    "<h2>Not measured here</h2>\n<p>It takes longer: %s%s%s. "
	    "<code>moderato-train evaluate --folds 5%s%s --report FILE "
	    "CORPUS</code> does, with machines made of the corpus.</p>\n",
	    evades ? "" : "what bad comments in disguise come to",
	    evades || learns ? "" : ", and ",
	    learns ? "" : "how much more rows would help",
	    evades ? "" : " --evade all", learns ? "" : " --fold 0 --curve");
}

static const char *const rows_are[] = {
    [ROWS_AS_ASKED] = "",
    [ROWS_HELD_OUT] = "Comments that were held out: the model did not learn "
		      "from them. ",
    [ROWS_CROSS_VALIDATED] = "Cross-validated: of each comment a machine was "
			     "asked that did not learn from it; the model "
			     "learned from all. ",
};

static void
put_page(FILE *f, const struct report *r)
{
	page_begin(f, style, r->title);
	fprintf(f, "<p>%s", rows_are[r->rows]);
	fputs("Small: the 95 % interval of a share, as if no comment had "
	      "to do with another.</p>\n",
	    f);
	for (int h = 0; h < MODEL_HEADS; h++)
		put_head(f, r, h);
	if (r->peers != NULL)
		report_peers(f, r->peers);
	put_missing(f, r);
	page_end(f);
}

int
report_write(const char *path, const struct report *r, struct err *e)
{
	char *page = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&page, &n);
	if (f == NULL)
		return err_set(e, ERR_DOWN, "%s: out of memory", path);
	put_page(f, r);
	int failed =
	    fclose(f) != 0
		? err_set(e, ERR_DOWN, "%s: out of memory", path)
		: output_write(path, (struct span){page, n}, OUTPUT_FOR_ALL, e);
	free(page);
	return failed;
}
