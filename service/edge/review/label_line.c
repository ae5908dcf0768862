#include "label_line.h"

#include "../check/comment_json.h"
#include "../format/json.h"

/* One being read. */
struct reading {
	struct label_line *out;
	uint32_t number;
	struct arena *arena;
};

bool
label_line_next(struct span *text, struct span *line, uint32_t *number)
{
	static const char blanks[] = {' ', '\t', '\r'};

	while (text->n > 0) {
		const char *end = memchr(text->p, '\n', text->n);
		size_t n = end != NULL ? (size_t)(end - text->p) : text->n;

		*line = (struct span){text->p, n};
		n += end != NULL;
		*text = (struct span){text->p + n, text->n - n};
		++*number;
		for (size_t i = 0; i < line->n; i++)
			if (memchr(blanks, line->p[i], sizeof(blanks)) == NULL)
				return true;
	}
	return false;
}

static struct span
text_of(const json_t *row, const char *name)
{
	return json_text(json_object_get(row, name));
}

static int
misfit(const struct reading *r, const char *name, const char *expected,
    struct err *e)
{
	return err_set(e, ERR_INPUT, "line %u: %s: expected %s", r->number,
	    name, expected);
}

static int
read_kind(const struct reading *r, const json_t *row, struct err *e)
{
	static const struct {
		const char *label;
		enum decision_kind kind;
	} rows[] = {
	    {"spam", DECISION_SPAM},
	    {"ham", DECISION_APPROVE},
	    {"abuse", DECISION_ABUSE},
	    {"ok", DECISION_APPROVE},
	};
	struct span label = text_of(row, "label");

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!span_equal(label, span_of(rows[i].label)))
			continue;
		r->out->kind = rows[i].kind;
		return 0;
	}
	return misfit(r, "label", "\"spam\", \"ham\", \"abuse\" or \"ok\"", e);
}

/* The members of a row that count here. */
static const struct {
	const char *name;
	size_t offset; /* in a struct comment */
	size_t bytes_max;
	bool required;
} members[] = {
    {"text", offsetof(struct comment, content), CONTENT_BYTES_MAX, true},
    {"author", offsetof(struct comment, author.name), 512, false},
    {"author_id", offsetof(struct comment, author.id), 256, false},
    {"email", offsetof(struct comment, author.email), 320, false},
};
enum { MEMBERS = sizeof(members) / sizeof(members[0]) };

static int
read_comment(const struct reading *r, const json_t *row, struct err *e)
{
	struct comment *c = &r->out->comment;

	*c = (struct comment){.fill_ms = -1};
	if (span_equal(text_of(row, "format"), span_of("html")))
		c->format = FORMAT_HTML;
	for (size_t m = 0; m < MEMBERS; m++) {
		const json_t *v = json_object_get(row, members[m].name);
		struct span s = text_of(row, members[m].name);
		struct span *out =
		    (struct span *)((char *)c + members[m].offset);

		if (!members[m].required && (v == NULL || json_is_null(v)))
			continue;
		if (!json_is_string(v) || s.n > members[m].bytes_max)
			return misfit(
			    r, members[m].name, "a string, not too long", e);
		*out = arena_copy(r->arena, s);
		if (out->p == NULL)
			return err_set(e, ERR_TOO_LARGE, "line %u does not fit",
			    r->number);
	}
	return 0;
}

static int
read_row(const struct reading *r, const json_t *row, struct err *e)
{
	if (!json_is_object(row))
		return misfit(r, "the line", "a JSON object", e);
	if (read_kind(r, row, e) != 0)
		return -1;
	return read_comment(r, row, e);
}

int
label_line_read(struct label_line *out, struct span line, uint32_t number,
    struct arena *a, struct err *e)
{
	const struct reading r = {out, number, a};
	struct err why;
	json_t *row = json_read(line, &why);
	int failed;

	if (row == NULL)
		return err_set(
		    e, why.code, "line %u: %.200s", number, why.text);
	failed = read_row(&r, row, e);
	json_decref(row);
	return failed;
}
