#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "../service/edge/format/basis_json.h"
#include "../service/edge/format/rfc3339.h"
#include "corpus.h"

/* A line longer than this is no comment. */
enum { LINE_BYTES_MAX = 64 << 20, LINE_BYTES_FIRST = 1 << 16 };

struct corpus_reader {
	const char *name; /* for errors */
	gzFile gz;        /* NULL: standard input, which zlib would read in
			   * whole blocks: a pipe must flow line by line */
	char *line;
	size_t size; /* bytes at line */
	size_t number;
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
	bool standard = strcmp(path, "-") == 0;
	gzFile gz = standard ? NULL : gzopen(path, "rb");
	if (!standard && gz == NULL) {
		err_set(e, ERR_MISSING, "%s: cannot be opened", path);
		return NULL;
	}
	struct corpus_reader *r = memory_new(1, sizeof(*r));
	*r = (struct corpus_reader){
	    .name = standard ? "standard input" : path, .gz = gz};
	return r;
}

void
corpus_reader_close(struct corpus_reader *r)
{
	if (r == NULL)
		return;
	if (r->gz != NULL)
		gzclose(r->gz);
	free(r->line);
	free(r);
}

static int
fail(const struct corpus_reader *r, struct err *e, const char *key,
    const char *what)
{
	return err_set(e, ERR_INPUT, "%s:%zu: %s%s%s", r->name, r->number, key,
	    key[0] != '\0' ? ": " : "", what);
}

/* 1, 0 at the end, -1. */
static int
read_gz_line(struct corpus_reader *r, size_t *n, struct err *e)
{
	*n = 0;
	for (;;) {
		if (r->size - *n < LINE_BYTES_FIRST) {
			r->size = 2 * r->size + LINE_BYTES_FIRST;
			r->line = memory_grow(r->line, r->size, 1);
		}
		int room = (int)(r->size - *n);
		if (gzgets(r->gz, r->line + *n, room) == NULL)
			break;
		*n += strlen(r->line + *n);
		if (*n != 0 && r->line[*n - 1] == '\n')
			return 1;
		if (*n > LINE_BYTES_MAX)
			return fail(r, e, "", "the line is too long");
	}
	int code;
	const char *why = gzerror(r->gz, &code);
	if (code < 0)
		return fail(r, e, "", why);
	return *n != 0;
}

static int
read_line(struct corpus_reader *r, size_t *n, struct err *e)
{
	r->number++;
	if (r->gz != NULL)
		return read_gz_line(r, n, e);
	ssize_t got = getline(&r->line, &r->size, stdin);
	if (got < 0 && ferror(stdin))
		return fail(r, e, "", "cannot be read");
	*n = got < 0 ? 0 : (size_t)got;
	return got >= 0;
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
set_object(struct row *row, const struct field *f, const json_t *value,
    struct pool *pool)
{
	struct basis basis;
	if (!json_is_object(value))
		return "expected an object";
	const char *wrong =
	    f->at == AT(basis) ? basis_read(&basis, value) : NULL;
	if (wrong != NULL)
		return wrong;
	char *text = json_dumps(value, JSON_COMPACT);
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
set_integer(struct row *row, const struct field *f, const json_t *value)
{
	json_int_t v = json_integer_value(value);
	if (f->kind == FIELD_FOLD) {
		if (!json_is_integer(value) || v < 0 || v >= FOLDS)
			return "expected a whole number from 0 to 4";
		row->fold = (int32_t)v;
		return NULL;
	}
	if (!json_is_integer(value) || v < 0)
		return "expected a whole number, 0 or more";
	memcpy((char *)row + f->at, &v, sizeof(int64_t));
	return NULL;
}

/* NULL, or what was expected. */
static const char *
set_field(struct row *row, const struct field *f, const json_t *value,
    struct pool *pool)
{
	if (value == NULL || json_is_null(value))
		return NULL;
	if (f->kind == FIELD_INTEGER || f->kind == FIELD_FOLD)
		return set_integer(row, f, value);
	if (f->kind == FIELD_OBJECT)
		return set_object(row, f, value, pool);
	if (!json_is_string(value))
		return "expected a string";
	struct span s = {json_string_value(value), json_string_length(value)};
	if (f->kind == FIELD_TIME)
		return set_time(row, f, s);
	if (f->kind == FIELD_ENUM)
		return enum_setters[f->at](row, s);
	s = pool_copy(pool, s);
	memcpy((char *)row + f->at, &s, sizeof(s));
	return NULL;
}

static int
set_fields(const struct corpus_reader *r, struct row *row, const json_t *object,
    struct pool *pool, struct err *e)
{
	if (!json_is_object(object))
		return fail(r, e, "", "expected a JSON object");
	if (!json_is_string(json_object_get(object, "text")))
		return fail(r, e, "text", "expected a string");
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		const struct field *f = &fields[i];
		const json_t *value = json_object_get(object, f->key);
		const char *wrong = set_field(row, f, value, pool);
		if (wrong != NULL)
			return fail(r, e, f->key, wrong);
	}
	return 1;
}

int
corpus_reader_next(
    struct corpus_reader *r, struct row *row, struct pool *pool, struct err *e)
{
	size_t n = 0;
	int got = read_line(r, &n, e);
	if (got <= 0)
		return got;
	json_error_t why;
	json_t *object = json_loadb(
	    r->line, n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &why);
	if (object == NULL)
		return fail(r, e, "not JSON", why.text);
	*row = (struct row){.comment.fill_ms = -1, .fold = -1};
	int done = set_fields(r, row, object, pool, e);
	json_decref(object);
	return done;
}
