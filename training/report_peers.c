#include "report_peers.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../service/core/span.h"
#include "memory.h"
#include "report_page.h"

/* A figure as compare.json has it, and how it is shown. */
struct shown {
	const char *key, *title;
	double scale;
	int digits;
};

static const struct shown shown[] = {
    {"auc", "ROC AUC", 1, 4},
    {"mcc", "MCC", 1, 3},
    {"caught_05", "caught at 0.5 %", 100, 1},
    {"caught_1", "caught at 1 %", 100, 1},
};

enum { SHOWN = sizeof(shown) / sizeof(*shown) };

json_t *
report_peers_read(const char *path, struct err *e)
{
	json_error_t wrong;
	json_t *o = json_load_file(path, JSON_REJECT_DUPLICATES, &wrong);
	if (o == NULL)
		err_set(
		    e, ERR_INPUT, "%s:%d: %s", path, wrong.line, wrong.text);
	else if (!json_is_array(json_object_get(o, "tasks"))) {
		err_set(e, ERR_INPUT, "%s: expected what `make compare` writes",
		    path);
		json_decref(o);
		o = NULL;
	}
	return o;
}

/* NaN when it is none. */
static double
number_of(const json_t *o)
{
	return json_is_number(o) ? json_number_value(o) : NAN;
}

static double
value_of(const json_t *method, const char *key)
{
	return number_of(
	    json_object_get(json_object_get(method, key), "value"));
}

static void
put_interval(FILE *f, const json_t *figure, const struct shown *s)
{
	const json_t *i = json_object_get(figure, "interval");
	double low = number_of(json_array_get(i, 0));
	double high = number_of(json_array_get(i, 1));
	if (isfinite(low) && isfinite(high))
		fprintf(f, "<td class=\"range\">%.*f–%.*f</td>", s->digits,
		    s->scale * low, s->digits, s->scale * high);
	else
		fputs("<td></td>", f);
}

struct method {
	const char *name;
	const json_t *of;
	double auc;
};

static int
by_auc(const void *a, const void *b)
{
	const struct method *x = a, *y = b;
	return (x->auc < y->auc) - (x->auc > y->auc);
}

static void
put_method(FILE *f, const struct method *m)
{
	bool ours = strcmp(m->name, "Moderato") == 0;
	fputs(ours ? "<tr class=\"ours\">" : "<tr>", f);
	page_word(f, span_of(m->name));
	for (int i = 0; i < SHOWN; i++) {
		const json_t *figure = json_object_get(m->of, shown[i].key);
		page_number(f, shown[i].scale * value_of(m->of, shown[i].key),
		    shown[i].digits);
		put_interval(f, figure, &shown[i]);
	}
	page_number(f, number_of(json_object_get(m->of, "cpu_s")), 1);
	fputs("</tr>\n", f);
}

static void
put_task(FILE *f, json_t *task)
{
	static const char *const titles[] = {"", "ROC AUC", "95 %", "MCC",
	    "95 %", "caught at 0.5 %", "95 %", "caught at 1 %", "95 %", "CPU s",
	    NULL};
	json_t *methods = json_object_get(task, "methods"), *of;
	const char *name;
	size_t n = 0;
	struct method *m =
	    memory_new(json_object_size(methods) + 1, sizeof(*m));
	json_object_foreach(methods, name, of) m[n++] =
	    (struct method){name, of, value_of(of, "auc")};
	qsort(m, n, sizeof(*m), by_auc);
	fputs("<details><summary>", f);
	page_escaped(f, page_text(task, "title"));
	fputs("</summary>\n", f);
	page_table(f, "", titles);
	for (size_t i = 0; i < n; i++)
		put_method(f, &m[i]);
	page_table_end(f);
	fputs("</details>\n", f);
	free(m);
}

static const json_t *
verdict_of(const json_t *task, const char *key)
{
	json_t *verdicts = json_object_get(task, "verdicts"), *v;
	size_t i;
	json_array_foreach(verdicts, i,
	    v) if (span_equal(page_text(v, "figure"), span_of(key))) return v;
	return NULL;
}

/* Ours, the best peer's, and whether the difference is beyond chance. */
static void
put_verdict(FILE *f, const json_t *task, const struct shown *s)
{
	const json_t *v = verdict_of(task, s->key);
	struct span told = page_text(v, "verdict");
	page_number(
	    f, s->scale * number_of(json_object_get(v, "ours")), s->digits);
	page_number(
	    f, s->scale * number_of(json_object_get(v, "theirs")), s->digits);
	fputs("<td>", f);
	if (!span_equal(told, span_of("level")))
		page_escaped(f, told);
	fputs("</td>", f);
}

void
report_peers(FILE *f, const json_t *peers)
{
	static const char *const titles[] = {"", "ROC AUC", "best peer", "",
	    "MCC", "best peer", "", "caught at 0.5 %", "best peer", "",
	    "caught at 1 %", "best peer", "", NULL};
	json_t *tasks = json_object_get(peers, "tasks"), *task;
	size_t i;
	fputs("<h2>Beside other filters</h2>\n<p>", f);
	page_escaped(f, page_text(peers, "told"));
	fputs(" “Ahead” and “behind” are beyond chance.</p>\n", f);
	page_table(f, "Ours and the best of the others", titles);
	json_array_foreach(tasks, i, task)
	{
		fputs("<tr>", f);
		page_word(f, page_text(task, "title"));
		for (int s = 0; s < SHOWN; s++)
			put_verdict(f, task, &shown[s]);
		fputs("</tr>\n", f);
	}
	page_table_end(f);
	for (i = 0; i < json_array_size(tasks); i++)
		put_task(f, json_array_get(tasks, i));
}
