#include "model_card.h"

#include <math.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../core/escape.h"
#include "../format/json.h"
#include "../format/rfc3339.h"
#include "../process/file.h"
#include "model_file.h"
#include "model_folder.h"
#include "model_proposal.h"

enum { FILE_BYTES = MODEL_PATH_BYTES + 32 };

/* Reads a whole file into `a`. 0 or -1. */
static int
read_whole(struct span *out, const char *path, struct arena *a, struct err *e)
{
	size_t bytes;
	int fd = file_open(path, &bytes, e), failed = -1;
	char *text;

	if (fd < 0)
		return -1;
	text = bytes < a->size ? arena_alloc(a, bytes + 1) : NULL;
	if (text == NULL)
		err_set(e, ERR_TOO_LARGE, "it is too large to be shown");
	else
		failed = file_read(fd, path, text, bytes, e);
	close(fd);
	*out = (struct span){text, bytes};
	return failed;
}

/* A cut-off as a score; null: never. */
static json_t *
cut_off(const struct model_head *h, double margin)
{
	return isinf(margin) ? json_null()
			     : json_real(model_probability(h, margin));
}

static json_t *
budgets_json(const struct model_head *h)
{
	json_t *list = json_array();

	for (int i = 0; i < MODEL_BUDGETS; i++)
		json_array_append_new(
		    list, json_pack("{s:f, s:o}", "budget", model_budgets[i],
			      "cutoff", cut_off(h, h->budgeted[i])));
	return list;
}

/* A head that learned nothing has nothing to show. */
static json_t *
heads_json(const struct model *m)
{
	json_t *o = json_object();

	for (int i = 0; i < MODEL_HEADS; i++) {
		const struct model_head *h = &m->heads[i];

		if (h->trained_on == 0)
			continue;
		json_object_set_new(o, model_head_name((enum model_head_id)i),
		    json_pack("{s:I, s:I, s:{s:o, s:o, s:o}, s:o}",
			"trained_on", (json_int_t)h->trained_on,
			"calibrated_on", (json_int_t)h->calibrated_on,
			"cutoffs", "hold", cut_off(h, h->hold), "reject",
			cut_off(h, h->reject), "discard",
			cut_off(h, h->discard), "budgets", budgets_json(h)));
	}
	return o;
}

/* What went wrong with a file, but for where it lies on this machine. */
static const char *
why_of(const struct err *e, const char *file)
{
	size_t n = strlen(file);
	bool names = strncmp(e->text, file, n) == 0 &&
		     strncmp(e->text + n, ": ", 2) == 0;

	return names ? e->text + n + 2 : e->text;
}

/* What model.bin says of itself, or why it does not fit. */
static void
add_model(json_t *o, const char *path)
{
	struct err e;
	struct model *m = model_file_load(path, &e);
	char hex[MODEL_SHA256_BYTES], file[FILE_BYTES];

	json_object_set_new(o, "fits", json_boolean(m != NULL));
	if (m == NULL) {
		snprintf(file, sizeof file, "%s/model.bin", path);
		json_object_set_new(o, "why", json_string(why_of(&e, file)));
		return;
	}
	escape_hex(hex, model_file_digest(m), MODEL_DIGEST_BYTES);
	json_object_set_new(o, "title", json_string(m->name));
	json_object_set_new(o, "sha256", json_string(hex));
	json_object_set_new(o, "features", json_integer(FEATURES_VERSION));
	json_object_set_new(o, "heads", heads_json(m));
	model_file_free(m);
}

static void
add_time(json_t *o, const char *path)
{
	char file[FILE_BYTES], text[RFC3339_BYTES];
	struct stat st;

	snprintf(file, sizeof file, "%s/model.bin", path);
	if (stat(file, &st) != 0)
		return;
	rfc3339_write((int64_t)st.st_mtim.tv_sec * 1000, text);
	json_object_set_new(o, "created_at", json_string(text));
}

/* Adds a row for each head that the card has one of, by that name. */
static void
add_figures(json_t *out, const json_t *rows, const char *name)
{
	const char *head, *group;
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		head = json_string_value(json_object_get(row, "head"));
		group = json_string_value(json_object_get(row, "group"));
		if (head != NULL && group != NULL && strcmp(group, name) == 0)
			json_object_set(out, head, row);
	}
}

/* Of the figures those on rows that were not learned from. */
static json_t *
figures_of(const json_t *card)
{
	const json_t *figures = json_object_get(card, "figures");
	json_t *out = json_object();

	add_figures(out, json_object_get(figures, "cross_validated"),
	    "cross-validated");
	add_figures(out, json_object_get(figures, "held_out"), "held out");
	return out;
}

json_t *
model_card_read(const char *path, struct arena *a)
{
	size_t used = a->used;
	char file[FILE_BYTES];
	json_t *card = NULL;
	struct span text;
	struct err ignored;

	snprintf(file, sizeof file, "%s/card.json", path);
	if (read_whole(&text, file, a, &ignored) == 0)
		card = json_read(text, &ignored);
	arena_rewind(a, used);
	if (json_is_object(card))
		return card;
	json_decref(card);
	return NULL;
}

static void
add_card(json_t *o, const char *path, enum model_detail detail, struct arena *a)
{
	json_t *card = model_card_read(path, a);

	if (card != NULL) {
		json_object_set_new(o, "figures", figures_of(card));
		json_object_set(
		    o, "trained_on", json_object_get(card, "trained_on"));
	}
	if (detail == MODEL_WHOLE)
		json_object_set_new(
		    o, "card", card == NULL ? json_null() : json_incref(card));
	json_decref(card);
}

static void
add_proposal(json_t *o, const char *path)
{
	json_t *proposal = model_proposal_read(path);

	json_object_set_new(
	    o, "proposal", proposal == NULL ? json_null() : proposal);
}

json_t *
model_card_json(const char *path, enum model_detail detail, struct arena *a)
{
	json_t *o = json_object();

	if (o == NULL)
		return NULL;
	add_model(o, path);
	add_time(o, path);
	add_card(o, path, detail, a);
	add_proposal(o, path);
	return o;
}

int
model_card_page(struct span *out, const char *path, enum model_page page,
    struct arena *a, struct err *e)
{
	static const struct {
		const char *file, *missing;
	} pages[] = {
	    [MODEL_REPORT] = {"report.html", "the model has no report"},
	    [MODEL_PROPOSAL] = {"proposal.html", "the model is no proposal"},
	};
	char file[FILE_BYTES];

	snprintf(file, sizeof file, "%s/%s", path, pages[page].file);
	if (read_whole(out, file, a, e) == 0)
		return 0;
	if (e->code == ERR_MISSING)
		err_set(e, ERR_MISSING, "%s", pages[page].missing);
	return -1;
}
