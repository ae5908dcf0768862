#include "listing_json.h"

#include <stdio.h>

#include "../format/json.h"
#include "../format/rfc3339.h"
#include "item_json.h"

/* Reads a value, which may be null, or -1: a misfit. */
typedef int read_member(struct list_entry *l, json_t *v, int64_t now_ms);

/* Whether `s` is text on one line. */
static bool
is_line(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	return s.p != NULL;
}

static int
read_kind(struct list_entry *l, json_t *v, int64_t now_ms)
{
	(void)now_ms;
	l->kind = rule_kind_named(json_text(v));
	return l->kind == RULE_KINDS ? -1 : 0;
}

static int
read_effect(struct list_entry *l, json_t *v, int64_t now_ms)
{
	(void)now_ms;
	l->effect = rule_effect_named(json_text(v));
	return l->effect == RULE_EFFECTS ? -1 : 0;
}

static int
read_value(struct list_entry *l, json_t *v, int64_t now_ms)
{
	(void)now_ms;
	l->value = json_text(v);
	return is_line(l->value) && l->value.n > 0 &&
		       l->value.n <= RULE_VALUE_BYTES_MAX
		   ? 0
		   : -1;
}

static int
read_note(struct list_entry *l, json_t *v, int64_t now_ms)
{
	(void)now_ms;
	l->note = json_is_null(v) ? (struct span){"", 0} : json_text(v);
	return is_line(l->note) && l->note.n <= LIST_NOTE_BYTES_MAX ? 0 : -1;
}

static int
read_end(struct list_entry *l, json_t *v, int64_t now_ms)
{
	l->expires_at_ms = 0;
	if (json_is_null(v))
		return 0;
	return json_is_string(v) &&
		       rfc3339_read(json_text(v), &l->expires_at_ms) == 0 &&
		       l->expires_at_ms > now_ms
		   ? 0
		   : -1;
}

static const struct member {
	const char *name;
	read_member *read;
	const char *expected;
} members[] = {
    {"kind", read_kind,
	"\"author\", \"email\", \"ip\", \"host\", \"phrase\", \"thread\" or "
	"\"regex\""},
    {"value", read_value, "1 to 512 bytes of text on one line"},
    {"effect", read_effect, "\"allow\", \"hold\" or \"block\""},
    {"note", read_note, "at most 512 bytes of text on one line"},
    {"expires_at", read_end,
	"a time to come such as \"2027-01-01T00:00:00Z\", or null"},
};
enum { MEMBERS = sizeof(members) / sizeof(members[0]) };

struct list_entry
list_entry_blank(void)
{
	return (struct list_entry){
	    .kind = RULE_KINDS,
	    .effect = RULE_EFFECTS,
	    .note = {"", 0},
	};
}

static int
misfit_at(struct problem_field *f, const char *base, const struct member *m)
{
	char pointer[sizeof(f->pointer)];

	snprintf(pointer, sizeof(pointer), "%s/%s", base, m->name);
	return problem_misfit(f, pointer, "expected %s", m->expected);
}

static const struct member *
member_named(const char *name)
{
	for (size_t i = 0; i < MEMBERS; i++)
		if (strcmp(members[i].name, name) == 0)
			return &members[i];
	return NULL;
}

/* The first member that is required and missing; NULL: none is. */
static const char *
missing(const struct list_entry *l)
{
	if (l->kind == RULE_KINDS)
		return "kind";
	if (l->value.n == 0)
		return "value";
	return l->effect == RULE_EFFECTS ? "effect" : NULL;
}

int
list_entry_read(struct list_entry *l, json_t *o, int64_t now_ms,
    const char *base, struct problem_field *misfit)
{
	const char *name;
	json_t *v;

	if (!json_is_object(o))
		return problem_misfit(misfit, base, "expected an object");
	json_object_foreach(o, name, v)
	{
		const struct member *m = member_named(name);

		if (m == NULL)
			return problem_misfit(misfit, base,
			    "there is a member that no entry has");
		if (m->read(l, v, now_ms) != 0)
			return misfit_at(misfit, base, m);
	}
	name = missing(l);
	return name == NULL ? 0 : misfit_at(misfit, base, member_named(name));
}

void
list_entry_write(
    struct json_out *o, const char *key, const struct list_entry *l)
{
	json_out_open(o, key, '{');
	json_out_text(o, "id", span_of(l->id));
	json_out_text(o, "kind", span_of(rule_kind_name(l->kind)));
	json_out_text(o, "value", l->value);
	json_out_text(o, "effect", span_of(rule_effect_name(l->effect)));
	json_out_text(o, "note", l->note);
	item_time(o, "expires_at", l->expires_at_ms);
	item_time(o, "created_at", l->created_at_ms);
	json_out_text(o, "created_by", l->created_by);
	json_out_close(o, '}');
}
