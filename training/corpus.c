#include "corpus.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "told.h"

static const struct {
	const char *name;
	enum model_head_id head;
	bool bad;
} labels[LABELS] = {
    [LABEL_NONE] = {NULL, MODEL_HEADS, false},
    [LABEL_HAM] = {"ham", HEAD_SPAM, false},
    [LABEL_SPAM] = {"spam", HEAD_SPAM, true},
    [LABEL_OK] = {"ok", HEAD_ABUSE, false},
    [LABEL_ABUSE] = {"abuse", HEAD_ABUSE, true},
};

enum model_head_id
label_head(enum label l)
{
	return labels[l].head;
}

/* Who looked at a comment and let it be saw no abuse in it either; a corpus of
 * spam says nothing of that. */
bool
corpus_teaches(const struct stub *row, enum model_head_id head)
{
	return labels[row->label].head == head ||
	       (head == HEAD_ABUSE && row->label == LABEL_HAM && row->decided);
}

bool
label_bad(enum label l)
{
	return labels[l].bad;
}

bool
label_good(enum label l)
{
	return l != LABEL_NONE && !labels[l].bad;
}

const char *
label_name(enum label l)
{
	return labels[l].name;
}

static struct span
set_name(struct pool *pool, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *from = slash != NULL ? slash + 1 : path;
	size_t n = strcspn(from, ".");
	bool bad = false;
	return told_valid(pool_copy(pool, (struct span){from, n}), pool, &bad);
}

/* Rows of the same text must not straddle folds. */
static int32_t
fold_by_text(const struct row *row)
{
	struct span s = row->comment.content;
	return (int32_t)(XXH3_64bits(s.p, s.n) % FOLDS);
}

static int
add_rows(
    struct corpus *c, struct corpus_reader *r, bool text_only, struct err *e)
{
	struct pool pool = {0};
	struct row row;
	int got;
	while ((got = corpus_reader_next(r, &row, &pool, e)) > 0) {
		row.set = (uint32_t)(c->n_names - 1);
		if (c->paths[row.set] == NULL)
			c->paths[row.set] =
			    pool_copy(&c->pool, span_of(row.file)).p;
		row.text_only = text_only;
		row.fold_said = row.fold >= 0;
		if (!row.fold_said)
			row.fold = fold_by_text(&row);
		if (corpus_put(c, &row, e) != 0)
			got = -1;
		pool_reuse(&pool);
		if (got < 0)
			break;
	}
	pool_release(&pool);
	return got;
}

int
corpus_add(struct corpus *c, struct corpus_file file, struct err *e)
{
	struct corpus_reader *r = corpus_reader_open(file.path, e);
	if (r == NULL)
		return -1;
	c->names = memory_append(c->names, c->n_names, sizeof(*c->names));
	c->paths = memory_append(c->paths, c->n_names, sizeof(*c->paths));
	c->paths[c->n_names] = NULL;
	c->names[c->n_names++] = set_name(&c->pool, file.path);
	int failed = add_rows(c, r, file.text_only, e);
	corpus_reader_close(r);
	return failed;
}

void
corpus_release(struct corpus *c)
{
	free(c->rows);
	free(c->names);
	free(c->paths);
	free(c->tail);
	pool_release(&c->pool);
	scratch_close(&c->scratch);
	*c = (struct corpus){0};
}

static struct span
value_thread(const struct corpus *c, const struct row *row)
{
	(void)c;
	return row->comment.thread;
}

static struct span
value_author(const struct corpus *c, const struct row *row)
{
	(void)c;
	return row->comment.author.name;
}

static struct span
value_lang(const struct corpus *c, const struct row *row)
{
	(void)c;
	return row->lang;
}

static struct span
value_source(const struct corpus *c, const struct row *row)
{
	(void)c;
	return row->source;
}

static struct span
value_by(const struct corpus *c, const struct row *row)
{
	(void)c;
	return row->by;
}

static struct span
value_split(const struct corpus *c, const struct row *row)
{
	(void)c;
	return row->paper_split;
}

static struct span
value_set(const struct corpus *c, const struct row *row)
{
	return c->names[row->set];
}

static struct span
value_fold(const struct corpus *c, const struct row *row)
{
	static const char digits[] = "0123456789";
	(void)c;
	return (struct span){digits + row->fold, 1};
}

/* How long the text is, in bytes. */
static struct span
value_length(const struct corpus *c, const struct row *row)
{
	static const struct {
		size_t most;
		const char *name;
	} bins[] = {{20, "up to 20 bytes"}, {80, "21 to 80 bytes"},
	    {200, "81 to 200 bytes"}, {600, "201 to 600 bytes"},
	    {SIZE_MAX, "over 600 bytes"}};
	(void)c;
	int i = 0;
	while (row->comment.content.n > bins[i].most)
		i++;
	return span_of(bins[i].name);
}

static const struct key {
	const char *name;
	struct span (*value)(const struct corpus *, const struct row *);
} keys[] = {
    {"thread", value_thread},
    {"author", value_author},
    {"lang", value_lang},
    {"source", value_source},
    {"fold", value_fold},
    {"paper_split", value_split},
    {"by", value_by},
    {"length", value_length},
    {"set", value_set},
};

static const struct key *
find_key(const char *name)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (strcmp(keys[i].name, name) == 0)
			return &keys[i];
	return NULL;
}

bool
corpus_key_known(const char *key)
{
	return find_key(key) != NULL;
}

struct span
corpus_value(struct corpus_view *v, size_t i, const char *key)
{
	const struct key *k = find_key(key);
	return k != NULL ? k->value(v->of, corpus_row(v, i)) : (struct span){0};
}
