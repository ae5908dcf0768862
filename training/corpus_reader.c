#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "../service/edge/format/basis_json.h"
#include "../service/edge/format/json_in.h"
#include "../service/edge/format/rfc3339.h"
#include "corpus.h"
#include "input.h"

enum { BLOCK_BYTES_LEAST = 1 << 16 };

struct corpus_reader {
	struct input *in;
	void *block; /* for what json_in makes of a line */
	size_t block_bytes;
};

/* A member of the line's object, whoever read it. */
struct value {
	enum { VALUE_NONE, VALUE_STRING, VALUE_INTEGER, VALUE_OTHER } kind;
	struct span text;
	int64_t integer;
	const json_t *json; /* NULL: json_in read it, and it is no object */
};

enum field_kind {
	FIELD_STRING,
	FIELD_INTEGER,
	FIELD_FOLD,
	FIELD_TIME,
	FIELD_OBJECT,
	FIELD_ENUM
};

enum { ENUM_LABEL, ENUM_FORMAT };

#define AT(member) offsetof(struct row, member)

static const struct field {
	const char *key;
	enum field_kind kind;
	size_t at; /* offset in struct row; for FIELD_ENUM which one */
} fields[] = {
    {"id", FIELD_STRING, AT(comment.id)},
    {"text", FIELD_STRING, AT(comment.content)},
    {"label", FIELD_ENUM, ENUM_LABEL},
    {"author", FIELD_STRING, AT(comment.author.name)},
    {"author_id", FIELD_STRING, AT(comment.author.id)},
    {"email", FIELD_STRING, AT(comment.author.email)},
    {"url", FIELD_STRING, AT(comment.author.url)},
    {"ip", FIELD_STRING, AT(comment.author.ip)},
    {"user_agent", FIELD_STRING, AT(comment.author.user_agent)},
    {"time", FIELD_TIME, AT(comment.created_at_ms)},
    {"thread", FIELD_STRING, AT(comment.thread)},
    {"type", FIELD_STRING, AT(comment.type)},
    {"format", FIELD_ENUM, ENUM_FORMAT},
    {"fill_ms", FIELD_INTEGER, AT(comment.fill_ms)},
    {"honeypot", FIELD_STRING, AT(comment.honeypot)},
    {"approved", FIELD_INTEGER, AT(approved)},
    {"lang", FIELD_STRING, AT(lang)},
    {"source", FIELD_STRING, AT(source)},
    {"fold", FIELD_FOLD, AT(fold)},
    {"paper_split", FIELD_STRING, AT(paper_split)},
    {"by", FIELD_STRING, AT(by)},
    {"decided", FIELD_TIME, AT(decided_at_ms)},
    {"agreed", FIELD_INTEGER, AT(agreed)},
    {"disagreed", FIELD_INTEGER, AT(disagreed)},
    {"decision", FIELD_STRING, AT(decision)},
    {"basis", FIELD_OBJECT, AT(basis)},
    {"verdict", FIELD_OBJECT, AT(verdict)},
};

struct corpus_reader *
corpus_reader_open(const char *path, struct err *e)
{
	struct input *in = input_open(path, e);
	if (in == NULL)
		return NULL;
	struct corpus_reader *r = memory_new(1, sizeof(*r));
	r->in = in;
	return r;
}

void
corpus_reader_close(struct corpus_reader *r)
{
	if (r == NULL)
		return;
	input_close(r->in);
	free(r->block);
	free(r);
}

static int
fail(const struct corpus_reader *r, struct err *e, const char *key,
    const char *what)
{
	return err_set(e, ERR_INPUT, "%s:%zu: %s%s%s", input_name(r->in),
	    input_at(r->in), key, key[0] != '\0' ? ": " : "", what);
}

static const char *
set_label(struct row *row, struct span s)
{
	for (int l = LABEL_NONE + 1; l < LABELS; l++)
		if (span_equal(s, span_of(label_name(l)))) {
			row->label = l;
			return NULL;
		}
	return "expected spam, ham, abuse, ok or null";
}

static const char *
set_format(struct row *row, struct span s)
{
	bool html = span_equal(s, span_of("html"));
	row->comment.format = html ? FORMAT_HTML : FORMAT_TEXT;
	if (html || span_equal(s, span_of("text")))
		return NULL;
	return "expected text or html";
}

static const char *
set_time(struct row *row, const struct field *f, struct span s)
{
	int64_t at_ms;
	if (rfc3339_read_partial(s, &at_ms) != 0)
		return "expected a time such as 2017-11-05T01:10:00Z";
	memcpy((char *)row + f->at, &at_ms, sizeof(at_ms));
	return NULL;
}

/* Kept as text: few rows have one, and it is read when it is needed. */
static const char *
set_object(struct row *row, const struct field *f, const struct value *v,
    struct pool *pool)
{
	struct basis basis;
	if (!json_is_object(v->json))
		return "expected an object";
	const char *wrong =
	    f->at == AT(basis) ? basis_read(&basis, v->json) : NULL;
	if (wrong != NULL)
		return wrong;
	char *text = json_dumps(v->json, JSON_COMPACT);
	struct span s = pool_copy(pool, span_of(text));
	memcpy((char *)row + f->at, &s, sizeof(s));
	free(text);
	return NULL;
}

static const char *(*const enum_setters[])(struct row *, struct span) = {
    [ENUM_LABEL] = set_label,
    [ENUM_FORMAT] = set_format,
};

static const char *
set_integer(struct row *row, const struct field *f, const struct value *v)
{
	bool whole = v->kind == VALUE_INTEGER && v->integer >= 0;
	if (f->kind == FIELD_FOLD) {
		if (!whole || v->integer >= FOLDS)
			return "expected a whole number from 0 to 4";
		row->fold = (int32_t)v->integer;
		return NULL;
	}
	if (!whole)
		return "expected a whole number, 0 or more";
	memcpy((char *)row + f->at, &v->integer, sizeof(v->integer));
	return NULL;
}

/* NULL, or what was expected. */
static const char *
set_field(struct row *row, const struct field *f, const struct value *v,
    struct pool *pool)
{
	if (v->kind == VALUE_NONE)
		return NULL;
	if (f->kind == FIELD_INTEGER || f->kind == FIELD_FOLD)
		return set_integer(row, f, v);
	if (f->kind == FIELD_OBJECT)
		return set_object(row, f, v, pool);
	if (v->kind != VALUE_STRING)
		return "expected a string";
	if (f->kind == FIELD_TIME)
		return set_time(row, f, v->text);
	if (f->kind == FIELD_ENUM)
		return enum_setters[f->at](row, v->text);
	struct span s = pool_copy(pool, v->text);
	memcpy((char *)row + f->at, &s, sizeof(s));
	return NULL;
}

/* A line's object: one of the two. */
struct object {
	const struct json_in *in;
	const json_t *json;
};

static struct value
value_of_json(const json_t *j)
{
	if (j == NULL || json_is_null(j))
		return (struct value){VALUE_NONE};
	return (struct value){
	    .kind = json_is_string(j)    ? VALUE_STRING
		    : json_is_integer(j) ? VALUE_INTEGER
					 : VALUE_OTHER,
	    .text = {json_string_value(j), json_string_length(j)},
	    .integer = json_integer_value(j),
	    .json = j,
	};
}

static struct value
value_of(const struct object *o, const char *key)
{
	if (o->in == NULL)
		return value_of_json(json_object_get(o->json, key));
	const struct json_in *in = json_in_member(o->in, key);
	if (in == NULL || in->kind == IN_NULL)
		return (struct value){VALUE_NONE};
	if (in->kind == IN_STRING)
		return (struct value){VALUE_STRING, .text = in->text};
	if (in->kind == IN_INTEGER)
		return (struct value){VALUE_INTEGER, .integer = in->integer};
	return (struct value){VALUE_OTHER};
}

static int
set_fields(const struct corpus_reader *r, struct row *row,
    const struct object *object, struct pool *pool, struct err *e)
{
	*row = (struct row){.comment.fill_ms = -1,
	    .fold = -1,
	    .file = input_name(r->in),
	    .line = (int64_t)input_at(r->in)};
	if (value_of(object, "text").kind != VALUE_STRING)
		return fail(r, e, "text", "expected a string");
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		const struct field *f = &fields[i];
		struct value value = value_of(object, f->key);
		const char *wrong = set_field(row, f, &value, pool);
		if (wrong != NULL)
			return fail(r, e, f->key, wrong);
	}
	return 1;
}

/* Reads all that there is, and says what is wrong with the rest. */
static int
read_slowly(const struct corpus_reader *r, struct span line, struct row *row,
    struct pool *pool, struct err *e)
{
	json_error_t why;
	json_t *object = json_loadb(
	    line.p, line.n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &why);
	const char *hint = input_hint(r->in);
	int done;
	if (json_is_object(object))
		done = set_fields(
		    r, row, &(struct object){.json = object}, pool, e);
	else if (hint != NULL)
		done = fail(r, e, "expected a JSON object a line", hint);
	else if (object == NULL)
		done = fail(r, e, "not JSON", why.text);
	else
		done = fail(r, e, "", "expected a JSON object");
	json_decref(object);
	return done;
}

/* The line, if it is a flat object as nearly all are; else NULL. */
static const struct json_in *
read_flat(struct corpus_reader *r, struct span line)
{
	struct arena arena;
	struct err e;
	if (r->block_bytes < 4 * line.n + BLOCK_BYTES_LEAST) {
		r->block_bytes = 8 * line.n + BLOCK_BYTES_LEAST;
		r->block = memory_grow(r->block, r->block_bytes, 1);
	}
	arena_init(&arena, r->block, r->block_bytes);
	const struct json_in *o = json_in_read(line, &arena, &e);
	if (o == NULL || o->kind != IN_OBJECT)
		return NULL;
	for (const struct json_in *m = o->first; m != NULL; m = m->next)
		if (m->kind == IN_OBJECT)
			return NULL;
	return o;
}

int
corpus_reader_next(
    struct corpus_reader *r, struct row *row, struct pool *pool, struct err *e)
{
	struct span line;
	do {
		int got = input_line(r->in, &line, e);
		if (got <= 0)
			return got;
	} while (span_strip(line).n == 0);
	const struct json_in *flat = read_flat(r, line);
	return flat != NULL
		   ? set_fields(r, row, &(struct object){.in = flat}, pool, e)
		   : read_slowly(r, line, row, pool, e);
}
