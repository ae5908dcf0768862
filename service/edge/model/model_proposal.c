#include "model_proposal.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../core/promotion.h"
#include "../format/json.h"
#include "../process/file.h"
#include "model_file.h"
#include "model_folder.h"

enum {
	FILE_BYTES_MAX = 64 << 10,
	OBJECTIONS_MAX = 16,
	DETAIL_BYTES_MAX = 400,
};

/* The file as JSON, or NULL. */
static json_t *
read_file(const char *path)
{
	char file[MODEL_PATH_BYTES + sizeof "/proposal.json"];
	struct err ignored;
	json_t *o = NULL;
	size_t bytes;
	char *text;
	int fd;

	snprintf(file, sizeof file, "%s/proposal.json", path);
	fd = file_open(file, &bytes, &ignored);
	if (fd < 0)
		return NULL;
	text = bytes <= FILE_BYTES_MAX ? malloc(bytes + 1) : NULL;
	if (text != NULL && file_read(fd, file, text, bytes, &ignored) == 0)
		o = json_read((struct span){text, bytes}, &ignored);
	free(text);
	close(fd);
	return o;
}

/* A member that is a text of at most so many bytes, or NULL. */
static json_t *
text_of(const json_t *o, const char *name, size_t most)
{
	json_t *v = json_object_get(o, name);
	size_t n = json_string_length(v);

	return n > 0 && n <= most ? v : NULL;
}

/* Whether it has a number of rows by that name, which `out` gets. */
static bool
take_count(json_t *out, const json_t *o, const char *name)
{
	json_t *v = json_object_get(o, name);

	return json_is_integer(v) && json_integer_value(v) >= 0 &&
	       json_object_set(out, name, v) == 0;
}

static bool
take_counts(json_t *out, const json_t *o)
{
	static const char *const names[] = {"labels", "learned", "held_back"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!take_count(out, o, names[i]))
			return false;
	return true;
}

/* A member that is one of these words, or NULL. */
static json_t *
word_of(const json_t *o, const char *name, const char *const *words)
{
	json_t *v = json_object_get(o, name);

	for (; json_is_string(v) && *words != NULL; words++)
		if (strcmp(json_string_value(v), *words) == 0)
			return v;
	return NULL;
}

static bool
take_verdict(json_t *out, const json_t *o)
{
	static const char *const verdicts[] = {
	    "better", "same", "worse", "unknown", NULL};
	json_t *v = word_of(o, "verdict", verdicts);

	return v != NULL && json_object_set(out, "verdict", v) == 0;
}

static bool
take_old(json_t *out, const json_t *o)
{
	json_t *v = text_of(o, "old", MODEL_FOLDER_BYTES_MAX);

	return v != NULL && json_object_set(out, "old", v) == 0;
}

/* What may speak against it, or NULL. */
static json_t *
code_of(const json_t *o)
{
	const char *codes[PROMOTION_OBJECTIONS + 2] = {
	    [PROMOTION_OBJECTIONS] = "head"};

	for (int i = 0; i < PROMOTION_OBJECTIONS; i++)
		codes[i] =
		    promotion_objection_name((enum promotion_objection)i);
	return word_of(o, "code", codes);
}

/* One as it is shown, or NULL. */
static json_t *
objection(const json_t *o)
{
	static const char *const rows[] = {"heads", "held back", "gold", NULL};
	json_t *code = code_of(o), *on = word_of(o, "on", rows);
	json_t *detail = text_of(o, "detail", DETAIL_BYTES_MAX);

	if (code == NULL || detail == NULL || on == NULL)
		return NULL;
	return json_pack(
	    "{s:O, s:O, s:O}", "code", code, "detail", detail, "on", on);
}

static bool
take_objections(json_t *out, const json_t *o)
{
	const json_t *from = json_object_get(o, "objections");
	size_t n = json_array_size(from);
	json_t *list;

	if (!json_is_array(from) || n > OBJECTIONS_MAX)
		return false;
	list = json_array();
	if (json_object_set_new(out, "objections", list) != 0)
		return false;
	for (size_t i = 0; i < n; i++)
		if (json_array_append_new(
			list, objection(json_array_get(from, i))) != 0)
			return false;
	return true;
}

/* Whether the page that quotes comments is still there, for us to read. */
static bool
take_page(json_t *out, const char *path)
{
	char file[MODEL_PATH_BYTES + 16];
	struct stat st;

	snprintf(file, sizeof file, "%s/proposal.html", path);
	return json_object_set_new(out, "page",
		   json_boolean(lstat(file, &st) == 0 && S_ISREG(st.st_mode) &&
				access(file, R_OK) == 0)) == 0;
}

/* Whether it was said of the model that lies there now. */
static bool
is_of(const json_t *o, const char *path)
{
	const json_t *said = json_object_get(o, "sha256");
	char is[MODEL_SHA256_BYTES];

	if (said == NULL)
		return true;
	model_file_sha256(path, is);
	return json_is_string(said) && strcmp(json_string_value(said), is) == 0;
}

json_t *
model_proposal_read(const char *path)
{
	json_t *o = read_file(path), *out = json_object();
	bool good = is_of(o, path) && take_verdict(out, o) &&
		    take_objections(out, o) && take_old(out, o) &&
		    take_counts(out, o) && take_page(out, path);

	json_decref(o);
	if (good)
		return out;
	json_decref(out);
	return NULL;
}

int
model_proposal_forget(const char *path, int64_t until_s, struct err *e)
{
	static const char *const pages[] = {
	    "proposal.html",
	    "compare.html",
	    "compare.json",
	    "gold.html",
	    "gold.json",
	    "hygiene.html",
	    "hygiene.json",
	};
	char file[MODEL_PATH_BYTES + 16];
	struct stat st;
	int n = 0;

	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		snprintf(file, sizeof file, "%s/%s", path, pages[i]);
		if (lstat(file, &st) != 0 || st.st_mtime >= until_s)
			continue;
		if (unlink(file) != 0)
			return err_set(
			    e, ERR_DOWN, "%.200s: %s", file, strerror(errno));
		n++;
	}
	return n;
}
