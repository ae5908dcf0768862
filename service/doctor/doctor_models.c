#include "doctor_models.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../edge/admin/gold_row.h"
#include "../edge/format/rfc3339.h"
#include "../edge/model/model_file.h"
#include "../retrain.h"
#include "doctor.h"

enum {
	FILE_BYTES = MODEL_PATH_BYTES + 32,
	SHOWN_DIGITS = 12, /* of a digest */
	DATE_BYTES = 10,   /* of a time */
};

/* The folder of a model by its name; of the standard one by none. 0 or -1. */
static int
path_of(const struct doctor *d, const char *name, char out[MODEL_PATH_BYTES],
    struct err *e)
{
	struct model_folder folder;

	if (model_folder_read(&folder, d->config->model, e) != 0)
		return -1;
	if (*name != '\0' && strcmp(name, folder.name) != 0)
		return model_folder_path(&folder, name, out, e);
	memcpy(out, folder.standard, sizeof(folder.standard));
	return 0;
}

/* One by its name, the caller's; NULL and `e`. */
static struct model *
load(const struct doctor *d, const char *name, char path[MODEL_PATH_BYTES],
    struct err *e)
{
	return path_of(d, name, path, e) == 0 ? model_file_load(path, e) : NULL;
}

/* What of a model that can be loaded somebody should know; NULL: nothing. */
static const char *
blemish(const struct doctor *d, bool card)
{
	if (!card)
		return "it has no card.json, so nobody can see what it is "
		       "like: copy whole folders of models";
	if (d->store_err.code != ERR_NONE)
		return "that of --model: what was promoted is not known";
	return NULL;
}

static void
describe(const struct doctor *d, const struct model *m, const char *path,
    struct doctor_finding *f)
{
	char file[FILE_BYTES], written[RFC3339_BYTES] = "",
			       sha256[MODEL_SHA256_BYTES];
	const char *but;
	struct stat st;

	snprintf(file, sizeof(file), "%s/card.json", path);
	but = blemish(d, access(file, R_OK) == 0);
	snprintf(file, sizeof(file), "%s/model.bin", path);
	if (stat(file, &st) == 0)
		rfc3339_write((int64_t)st.st_mtime * 1000, written);
	model_file_sha256(path, sha256);
	doctor_say(f, but == NULL ? DOCTOR_OK : DOCTOR_WARNING,
	    "%s in %s: sha256 %.*s…, features %d, file of %.*s%s%s", m->name,
	    path, SHOWN_DIGITS, sha256, FEATURES_VERSION, DATE_BYTES, written,
	    but == NULL ? "" : "; ", but == NULL ? "" : but);
}

void
doctor_look_at_model(const struct doctor *d, struct doctor_finding *f)
{
	char path[MODEL_PATH_BYTES];
	struct err e;
	struct model *m = load(d, d->store.active, path, &e);

	if (m != NULL)
		describe(d, m, path, f);
	else if (d->store.active[0] == '\0')
		doctor_say(f, DOCTOR_FAULT,
		    "%s: nearly every comment is held: put one there that can "
		    "be read, or name another by --model",
		    e.text);
	else
		doctor_say(f, DOCTOR_FAULT,
		    "%s, which was promoted: %s: the standard one stands in: "
		    "put one there that can be read, or moderatod model "
		    "rollback",
		    d->store.active, e.text);
	model_file_free(m);
}

void
doctor_look_at_models(const struct doctor *d, struct doctor_finding *f)
{
	const struct {
		const char *name, *is;
		bool wanted;
	} others[] = {
	    {d->store.challenger, "the shadow", d->store.challenger[0] != '\0'},
	    {d->store.previous, "what rollback leads to",
		d->store.active[0] != '\0'},
	};
	char path[MODEL_PATH_BYTES];
	struct err e;
	int n = 0;

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		struct model *m;

		if (!others[i].wanted)
			continue;
		n++;
		m = load(d, others[i].name, path, &e);
		if (m == NULL)
			doctor_say(f, DOCTOR_WARNING, "%s, %s: %s",
			    others[i].name, others[i].is, e.text);
		model_file_free(m);
	}
	if (n > 0 && f->result == DOCTOR_NOTHING)
		doctor_say(f, DOCTOR_OK, "all that are in use can be read");
}

/* ---- the gold set */

struct gold {
	long line; /* that was read last */
	long rows;
};

/* Whether a line without its end is a comment, or nothing. */
static bool
take_line(struct gold *g, struct span line)
{
	struct gold_row row;
	struct err ignored;
	bool good;

	g->line++;
	if (line.n == 0)
		return true;
	good = gold_row_read(&row, line, &ignored) == 0;
	gold_row_release(&row);
	g->rows += good;
	return good;
}

/* Reads them up to one that is none: whether there is one. */
static bool
is_spoilt(struct gold *g, FILE *in)
{
	char *line = NULL;
	size_t room = 0;
	bool good = true;
	ssize_t n;

	while (good && (n = getline(&line, &room, in)) >= 0) {
		n -= n > 0 && line[n - 1] == '\n';
		good = take_line(g, (struct span){line, (size_t)n});
	}
	free(line);
	return !good;
}

/* Whether root sees what the service, whose --var is, does not. */
static bool
is_beyond_service(const struct doctor *d, FILE *in)
{
	struct stat st, var;

	if (geteuid() != 0 || fstat(fileno(in), &st) != 0 ||
	    stat(d->config->var, &var) != 0 || var.st_uid == 0)
		return false;
	if (st.st_uid == var.st_uid)
		return (st.st_mode & 0400) == 0;
	return (st.st_mode & (st.st_gid == var.st_gid ? 040 : 04)) == 0;
}

static void
say_beyond(const struct doctor *d, const char *file, struct doctor_finding *f)
{
	doctor_say(f, DOCTOR_FAULT,
	    "%s: whom %s belongs to may not read it: no model can be promoted "
	    "until it is theirs: chown it",
	    file, d->config->var);
}

void
doctor_look_at_gold(const struct doctor *d, struct doctor_finding *f)
{
	char path[MODEL_PATH_BYTES], file[FILE_BYTES];
	struct gold g = {0};
	struct err e;
	bool spoilt;
	FILE *in;

	if (path_of(d, "", path, &e) != 0)
		return;
	snprintf(file, sizeof(file), "%s/../gold.jsonl", path);
	in = fopen(file, "re");
	if (in == NULL && errno == ENOENT)
		return;
	spoilt = in != NULL && is_spoilt(&g, in);
	if (in == NULL || ferror(in))
		doctor_say(f, DOCTOR_FAULT,
		    "%s: %s: no model can be promoted until it can be read",
		    file, strerror(errno));
	else if (is_beyond_service(d, in))
		say_beyond(d, file, f);
	else if (spoilt)
		doctor_say(f, DOCTOR_FAULT,
		    "%s: line %ld is no labelled comment: no model can be "
		    "promoted: moderato-train export --gold makes it anew",
		    file, g.line);
	else if (g.rows == 0)
		doctor_say(f, DOCTOR_FAULT,
		    "%s has no rows: no model can be promoted: moderato-train "
		    "export --gold makes it anew",
		    file);
	else
		doctor_say(f, DOCTOR_OK, "%ld comments in %s", g.rows, file);
	if (in != NULL)
		fclose(in);
}

/* ---- retraining */

void
doctor_look_at_retraining(const struct doctor *d, struct doctor_finding *f)
{
	const struct config *c = d->config;
	const char *corpora =
	    c->retrain_corpora != NULL ? c->retrain_corpora : "";
	char trainer[PATH_MAX], path[MODEL_PATH_BYTES], models[FILE_BYTES];
	struct err e;

	if (c->retrain_after == 0)
		return;
	retrain_trainer(trainer);
	if (path_of(d, d->store.active, path, &e) != 0)
		return;
	snprintf(models, sizeof(models), "%s/..", path);
	if (access(trainer, X_OK) != 0)
		doctor_say(f, DOCTOR_FAULT,
		    "%s: %s: the trainer lies beside this program", trainer,
		    strerror(errno));
	else if (access(models, W_OK) != 0)
		doctor_say(f, DOCTOR_FAULT,
		    "%s: %s: new models are made beside the one in use: copy "
		    "them where the service may write, and say --model",
		    models, strerror(errno));
	else if (retrain_check_corpora(corpora, &e) != 0)
		doctor_say(f, DOCTOR_FAULT,
		    "%s: no model can be made: put corpora there, or leave "
		    "--retrain-corpora out",
		    e.text);
	else
		doctor_say(f, DOCTOR_OK,
		    "%s makes a model after %lld decisions", trainer,
		    (long long)c->retrain_after);
}
