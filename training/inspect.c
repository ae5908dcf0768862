/* moderato-train inspect: what a model folder holds, and whether it is whole.
 */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../service/core/escape.h"
#include "../service/edge/model/model_file.h"
#include "options.h"

struct weights {
	double norm, largest;
	size_t used; /* not zero */
};

static struct weights
measure(const struct model *m, int head)
{
	struct weights w = {0};
	size_t n = model_buckets(m->buckets_log2);
	for (size_t i = 0; i < n; i++) {
		double weight = model_weight(m, i, head);
		w.norm += weight * weight;
		w.largest = fmax(w.largest, fabs(weight));
		w.used += weight != 0;
	}
	w.norm = sqrt(w.norm);
	return w;
}

/* A cut-off as the settings have it, or as the model does. */
typedef double scale(const struct model_head *h, double margin);

static double
as_margin(const struct model_head *h, double margin)
{
	(void)h;
	return margin;
}

/* One that is never reached has no number in JSON, nor has one of a head that
 * learned nothing, whose zeros nobody set. */
static json_t *
cut_off(const struct model_head *h, double margin, scale *on)
{
	return h->trained_on > 0 && isfinite(margin) ? json_real(on(h, margin))
						     : json_null();
}

/* The cut-off for each budget. */
static json_t *
budgets_json(const struct model_head *h, scale *on)
{
	json_t *o = json_object();
	for (int i = 0; i < MODEL_BUDGETS; i++) {
		char budget[32];
		snprintf(budget, sizeof(budget), "%g", model_budgets[i]);
		json_object_set_new(o, budget, cut_off(h, h->budgeted[i], on));
	}
	return o;
}

static void
put_cut_offs(json_t *o, const struct model_head *h, scale *on)
{
	json_object_set_new(o, "hold", cut_off(h, h->hold, on));
	json_object_set_new(o, "reject", cut_off(h, h->reject, on));
	json_object_set_new(o, "discard", cut_off(h, h->discard, on));
	json_object_set_new(o, "budgets", budgets_json(h, on));
}

static json_t *
head_json(const struct model *m, int head)
{
	const struct model_head *h = &m->heads[head];
	struct weights w = measure(m, head);
	json_t *o = json_object();
	json_object_set_new(
	    o, "trained_on", json_integer((json_int_t)h->trained_on));
	json_object_set_new(o, "calibrated_on_good",
	    json_integer((json_int_t)h->calibrated_on));
	json_object_set_new(o, "bias", json_real(h->bias));
	json_object_set_new(o, "excerpt", json_real(h->excerpt));
	json_object_set_new(o, "platt_a", json_real(h->platt_a));
	json_object_set_new(o, "platt_b", json_real(h->platt_b));
	put_cut_offs(o, h, model_probability);
	json_object_set_new(
	    o, "weights_used", json_integer((json_int_t)w.used));
	json_object_set_new(o, "weights_norm", json_real(w.norm));
	json_object_set_new(o, "weights_largest", json_real(w.largest));
	return o;
}

static json_t *
model_json(const struct model *m)
{
	char digest[MODEL_SHA256_BYTES];
	json_t *o = json_object(), *heads = json_object();
	json_object_set_new(o, "name", json_string(m->name));
	json_object_set_new(o, "format", json_integer(MODEL_FORMAT));
	json_object_set_new(o, "features", json_integer(FEATURES_VERSION));
	json_object_set_new(o, "buckets_log2", json_integer(m->buckets_log2));
	escape_hex(digest, model_file_digest(m), MODEL_DIGEST_BYTES);
	json_object_set_new(o, "sha256", json_string(digest));
	for (int h = 0; h < MODEL_HEADS; h++)
		json_object_set_new(heads, model_head_name(h), head_json(m, h));
	json_object_set_new(o, "heads", heads);
	return o;
}

/* What the probabilities are made of, for who reckons with a model. */
static void
add_margins(json_t *o, const struct model *m)
{
	json_t *heads = json_object_get(o, "heads");
	for (int h = 0; h < MODEL_HEADS; h++) {
		json_t *margins = json_object();
		put_cut_offs(margins, &m->heads[h], as_margin);
		json_object_set_new(json_object_get(heads, model_head_name(h)),
		    "margins", margins);
	}
}

/* One line a value, those of a head indented; `absent` stands for null. */
static void
print_object(const char *indent, json_t *o, const char *absent)
{
	const char *key;
	json_t *value;
	const json_t *trained = json_object_get(o, "trained_on");
	if (trained != NULL)
		absent = json_integer_value(trained) > 0 ? "never" : "-";
	json_object_foreach(o, key, value)
	{
		if (json_is_object(value)) {
			printf("%s%s\n", indent, key);
			print_object(
			    indent[0] == '\0' ? "  " : "    ", value, absent);
			continue;
		}
		char *text =
		    json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(9));
		printf("%s%-20s %s\n", indent, key,
		    json_is_null(value)     ? absent
		    : json_is_string(value) ? json_string_value(value)
					    : text);
		free(text);
	}
}

static int
inspect(const char *folder, bool json, struct err *e)
{
	struct model *m = model_file_load(folder, e);
	if (m == NULL)
		return RUN_FAILED;
	json_t *o = model_json(m);
	if (json) {
		add_margins(o, m);
		json_dumpf(o, stdout, JSON_INDENT(1));
		putchar('\n');
	} else {
		print_object("", o, "-");
	}
	json_decref(o);
	model_file_free(m);
	return RUN_OK;
}

static int
run(const struct command *self, char **argv, struct err *e)
{
	const char *folder = NULL;
	bool json = false;
	struct operands operands;
	const struct option_row table[] = {
	    {"model", OPTION_STRING, &folder, "DIR", "the model"},
	    {"json", OPTION_FLAG, &json, NULL, "print JSON"},
	    {0},
	};
	enum options_result got = options_read(self, table, argv, &operands, e);
	int code = got == OPTIONS_HELP ? RUN_OK : RUN_USAGE;
	if (got == OPTIONS_GO && (folder == NULL || operands.n != 0))
		err_set(e, ERR_INPUT, "--model DIR is needed, and no corpus");
	else if (got == OPTIONS_GO)
		code = inspect(folder, json, e);
	free(operands.files);
	return code;
}

const struct command command_inspect = {
    "inspect",
    "show what a model holds and check that it is whole",
    "--model DIR [--json]",
    "  moderato-train inspect --model models/default\n"
    "\n"
    "Cut-offs are probabilities, as the settings `cutoffs.*` of a site are;\n"
    "--json has the margins beside them. Never: no comment comes to it.\n",
    run,
};
