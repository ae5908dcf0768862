#include "import_report.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "told.h"

enum { CONTRADICTIONS_SHOWN = 100, WARNINGS_MAX = 16 };

static const char *const skips[IMPORT_SKIPS] = {
    [IMPORT_SKIP_DELETED] = "deleted",
    [IMPORT_SKIP_TYPE] = "type",
    [IMPORT_SKIP_TOO_LARGE] = "too_large",
    [IMPORT_SKIP_BAD] = "bad",
};

/* The labels of one head. */
static const struct head {
	const char *name;
	enum label good, bad;
	const char *no_good, *no_bad;
} heads[] = {
    {"spam", LABEL_HAM, LABEL_SPAM,
	"there is spam but no ham: training needs both",
	"there is ham but no spam: training needs both"},
    {"abuse", LABEL_OK, LABEL_ABUSE,
	"there is abuse but no ok: training needs both",
	"there is ok but no abuse: training needs both"},
};

static const char no_label[] =
    "no row has a label: if a column holds it, name it: --column label=NAME";

static const char not_utf8[] =
    "what was not UTF-8 is U+FFFD now; convert the file before: iconv -f "
    "WINDOWS-1252 -t UTF-8";

enum { HEADS = sizeof(heads) / sizeof(*heads) };

struct contradictions {
	size_t texts, rows;
};

static struct contradictions
contradictions(const struct import_counts *c)
{
	struct contradictions found = {0};
	for (size_t i = 0; i < c->n_texts; i++) {
		if (!import_text_contradicts(&c->texts[i]))
			continue;
		found.texts++;
		for (int l = LABEL_NONE + 1; l < LABELS; l++)
			found.rows += c->texts[i].labels[l];
	}
	return found;
}

static const char *
label_word(int l)
{
	return l == LABEL_NONE ? "null" : label_name((enum label)l);
}

static void
add_warning(const char **out, size_t *n, const char *text)
{
	for (size_t i = 0; i < *n; i++)
		if (out[i] == text)
			return;
	if (*n < WARNINGS_MAX)
		out[(*n)++] = text;
}

/* Each warning once. */
static size_t
warnings(const struct import_report *r, const char *out[WARNINGS_MAX])
{
	size_t n = 0;
	const size_t *labels = r->counts->labels;
	/* of a source among others nobody knows what it brought */
	bool has_spam = r->n == 1 && labels[LABEL_SPAM] != 0;
	for (size_t i = 0; i < r->n && !has_spam; i++)
		if (r->sources[i].importer->warning != NULL)
			add_warning(out, &n, r->sources[i].importer->warning);
	for (int h = 0; h < HEADS; h++) {
		size_t good = r->counts->labels[heads[h].good];
		size_t bad = r->counts->labels[heads[h].bad];
		if ((good != 0) != (bad != 0))
			add_warning(out, &n,
			    good != 0 ? heads[h].no_bad : heads[h].no_good);
	}
	if (r->counts->rows > 0 && labels[LABEL_NONE] == r->counts->rows)
		add_warning(out, &n, no_label);
	if (r->counts->repaired > 0)
		add_warning(out, &n, not_utf8);
	return n;
}

static void
print_balance(FILE *to, const struct import_counts *c)
{
	for (int h = 0; h < HEADS; h++) {
		size_t bad = c->labels[heads[h].bad];
		size_t all = bad + c->labels[heads[h].good];
		if (all != 0)
			fprintf(to, "balance         %.1f %% %s of %zu\n",
			    100.0 * (double)bad / (double)all, heads[h].name,
			    all);
	}
}

void
import_report_print(FILE *to, const struct import_report *r)
{
	const struct import_counts *c = r->counts;
	struct contradictions found = contradictions(c);
	const char *said[WARNINGS_MAX];
	size_t n = warnings(r, said);
	for (size_t i = 0; i < r->n; i++) {
		fprintf(to, "%-15s ", r->sources[i].importer->name);
		told_print(to, span_of(r->sources[i].path));
		putc('\n', to);
	}
	fprintf(to, "rows            %zu:", c->rows);
	for (int l = LABELS - 1; l >= 0; l--)
		if (c->labels[l] != 0 || l == LABEL_NONE)
			fprintf(to, " %zu %s%s", c->labels[l],
			    l != LABEL_NONE ? label_word(l) : "without label",
			    l != LABEL_NONE ? "," : "");
	fputs("\nskipped        ", to);
	for (int i = 0; i < IMPORT_SKIPS; i++)
		fprintf(to, " %zu %s%s", c->skipped[i], skips[i],
		    i + 1 < IMPORT_SKIPS ? "," : "\n");
	fprintf(to,
	    "duplicates      %zu rows, %zu distinct texts\n"
	    "contradictions  %zu texts in %zu rows, under labels that "
	    "disagree\n",
	    c->duplicates, c->n_texts, found.texts, found.rows);
	if (c->repaired > 0)
		fprintf(to, "not UTF-8       %zu rows\n", c->repaired);
	print_balance(to, c);
	if (c->first_bad[0] != '\0') {
		fputs("first bad       ", to);
		told_print(to, span_of(c->first_bad));
		putc('\n', to);
	}
	for (size_t i = 0; i < n; i++)
		fprintf(to, "warning: %s\n", said[i]);
}

static json_t *
count_json(size_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *
labels_json(const uint32_t labels[LABELS])
{
	json_t *o = json_object();
	for (int l = LABEL_NONE; l < LABELS; l++)
		if (labels[l] != 0)
			json_object_set_new(
			    o, label_word(l), json_integer(labels[l]));
	return o;
}

static json_t *
contradictions_json(const struct import_counts *c)
{
	struct contradictions found = contradictions(c);
	json_t *o = json_object(), *first = json_array();
	for (size_t i = 0; i < c->n_texts; i++) {
		const struct import_text *t = &c->texts[i];
		if (json_array_size(first) == CONTRADICTIONS_SHOWN)
			break;
		if (import_text_contradicts(t))
			json_array_append_new(first,
			    json_pack("{s:o, s:o}", "line", count_json(t->line),
				"labels", labels_json(t->labels)));
	}
	json_object_set_new(o, "texts", count_json(found.texts));
	json_object_set_new(o, "rows", count_json(found.rows));
	json_object_set_new(o, "first", first);
	return o;
}

static json_t *
balance_json(const struct import_counts *c)
{
	json_t *o = json_object();
	for (int h = 0; h < HEADS; h++) {
		size_t bad = c->labels[heads[h].bad];
		size_t all = bad + c->labels[heads[h].good];
		json_object_set_new(o, heads[h].name,
		    all == 0 ? json_null()
			     : json_real((double)bad / (double)all));
	}
	return o;
}

static json_t *
sources_json(const struct import_report *r)
{
	json_t *list = json_array();
	for (size_t i = 0; i < r->n; i++)
		json_array_append_new(
		    list, json_pack("{s:o, s:s}", "path",
			      told_json(r->sources[i].path), "format",
			      r->sources[i].importer->name));
	return list;
}

static json_t *
report_json(const struct import_report *r)
{
	const struct import_counts *c = r->counts;
	const char *said[WARNINGS_MAX];
	size_t n = warnings(r, said);
	json_t *o = json_object(), *labels = json_object();
	json_t *skipped = json_object(), *list = json_array();
	for (int l = LABEL_NONE; l < LABELS; l++)
		json_object_set_new(
		    labels, label_word(l), count_json(c->labels[l]));
	for (int i = 0; i < IMPORT_SKIPS; i++)
		json_object_set_new(
		    skipped, skips[i], count_json(c->skipped[i]));
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_string(said[i]));
	json_object_set_new(o, "sources", sources_json(r));
	json_object_set_new(o, "rows", count_json(c->rows));
	json_object_set_new(o, "labels", labels);
	json_object_set_new(o, "skipped", skipped);
	json_object_set_new(o, "repaired", count_json(c->repaired));
	json_object_set_new(o, "texts", count_json(c->n_texts));
	json_object_set_new(o, "duplicates", count_json(c->duplicates));
	json_object_set_new(o, "contradictions", contradictions_json(c));
	json_object_set_new(o, "balance", balance_json(c));
	json_object_set_new(o, "warnings", list);
	return o;
}

/* The JSON, to be freed; NULL and `e`. */
static char *
report_text(const struct import_report *r, struct err *e)
{
	json_t *o = report_json(r);
	char *text = json_dumps(o, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
	json_decref(o);
	if (text == NULL)
		err_set(e, ERR_BUG, "the report is no JSON");
	return text;
}

int
import_report_print_json(FILE *to, const struct import_report *r, struct err *e)
{
	char *text = report_text(r, e);
	int failed = text == NULL ? -1 : 0;
	if (!failed && (fprintf(to, "%s\n", text) < 0 || fflush(to) != 0))
		failed = err_set(e, ERR_DOWN, "the report cannot be printed");
	free(text);
	return failed;
}

int
import_report_write(
    const char *path, const struct import_report *r, struct err *e)
{
	char *text = report_text(r, e);
	int failed = text == NULL
			 ? -1
			 : output_write(path, span_of(text), OUTPUT_FOR_ALL, e);
	free(text);
	return failed;
}
