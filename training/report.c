#include "report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "output.h"
#include "report_plots.h"

static const char page_head[] =
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" "
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    "<style>\n"
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
    "table{border-collapse:collapse}td,th{text-align:right;"
    "padding:.1rem .6rem;border-bottom:1px solid var(--grid)}\n"
    "details{max-height:20rem;overflow:auto}\n"
    "</style>\n";

/* For text and for attributes in double quotes. */
static void
put_escaped(FILE *f, const char *s)
{
	for (; *s != '\0'; s++) {
		const char *entity = *s == '<'   ? "&lt;"
				     : *s == '>' ? "&gt;"
				     : *s == '&' ? "&amp;"
				     : *s == '"' ? "&quot;"
						 : NULL;
		if (entity != NULL)
			fputs(entity, f);
		else
			fputc(*s, f);
	}
}

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
	fprintf(f, "<tr><td>%g %%</td>", 100 * budget);
	if (isinf(at))
		fputs("<td colspan=\"4\">too little data</td>", f);
	else
		fprintf(f,
		    "<td>%.3f</td><td>%.4f</td><td>%.2f %%</td>"
		    "<td>%.2f %%</td>",
		    at, model_probability(r->head, at),
		    100 * (double)c.blocked / (double)(r->n - r->bad),
		    100 * (double)c.caught / (double)r->bad);
	fputs("</tr>\n", f);
}

/* What a site gets for each share of good comments it is ready to lose. */
static void
put_budgets(FILE *f, const struct report_rows *r)
{
	fputs("<table>\n<caption>Cut-offs by budget</caption>\n"
	      "<tr><th>budget</th><th>margin</th><th>score</th>"
	      "<th>good at or above</th><th>bad at or above</th></tr>\n",
	    f);
	for (int i = 0; i < MODEL_BUDGETS; i++)
		put_budget(f, r, model_budgets[i]);
	fputs("</table>\n", f);
}

static void
put_head(FILE *f, const struct report *r, enum model_head_id head)
{
	struct metrics m;
	size_t n = r->n[head];
	const char *name = model_head_name(head);
	if (n == 0)
		return;
	metrics_of(&m, r->rows[head], n);
	fprintf(f, "<h2>%s</h2>\n", name);
	put_summary(f, &m);
	if (m.bad == 0 || m.bad == n) {
		fputs("<p>All rows are of one kind: no curves.</p>\n", f);
		return;
	}
	struct report_rows rows = {r->rows[head], n, m.bad,
	    r->model != NULL ? &r->model->heads[head] : NULL};
	fputs("<section>\n<div>", f);
	report_plot_roc(f, &rows);
	fputs("</div><div>", f);
	report_plot_precision(f, &rows);
	if (rows.head != NULL) {
		fputs("</div><div>", f);
		report_plot_calibration(f, &rows);
	}
	fputs("</div><div>", f);
	report_plot_histogram(f, &rows);
	fputs("</div>\n</section>\n", f);
	if (rows.head != NULL)
		put_budgets(f, &rows);
}

static void
put_page(FILE *f, const struct report *r)
{
	fputs(page_head, f);
	fputs("<title>", f);
	put_escaped(f, r->title);
	fputs("</title>\n</head>\n<body>\n<h1>", f);
	put_escaped(f, r->title);
	fputs("</h1>\n", f);
	for (int h = 0; h < MODEL_HEADS; h++)
		put_head(f, r, h);
	fputs("</body>\n</html>\n", f);
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
	int failed = fclose(f) != 0
			 ? err_set(e, ERR_DOWN, "%s: out of memory", path)
			 : output_write(path, (struct span){page, n}, e);
	free(page);
	return failed;
}
