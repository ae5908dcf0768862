#include "decision_json.h"

#include <stddef.h>
#include <stdio.h>

#include "../format/json.h"
#include "../format/json_members.h"

enum { REASON_BYTES_MAX = 64, NOTE_BYTES_MAX = 2048 };

/* One request as it is read. */
struct reader {
	struct decision_wish *wish;
	struct arena *arena;
	bool full;
};

static int
read_kind(struct reader *r, struct span s)
{
	int kind = decision_named(s);

	r->wish->kind = kind < 0 ? DECISION_HOLD : (enum decision_kind)kind;
	return kind < 0 ? -1 : 0;
}

static int
read_state(struct reader *r, struct span s)
{
	int state = comment_state_named(s);

	r->wish->conditional = true;
	r->wish->if_state =
	    state < 0 ? COMMENT_HELD : (enum comment_state)state;
	return state < 0 ? -1 : 0;
}

static int
copy(struct reader *r, struct span *out, struct span s, size_t bytes_max)
{
	if (s.n > bytes_max)
		return -1;
	*out = arena_copy(r->arena, s);
	r->full |= out->p == NULL;
	return r->full ? -1 : 0;
}

static int
read_reason(struct reader *r, struct span s)
{
	return copy(r, &r->wish->reason, s, REASON_BYTES_MAX);
}

static int
read_note(struct reader *r, struct span s)
{
	return copy(r, &r->wish->note, s, NOTE_BYTES_MAX);
}

/* The members that are strings. */
static const struct {
	const char *name;
	int (*read)(struct reader *r, struct span s);
	bool required;
	const char *expected;
} members[] = {
    {"decision", read_kind, true,
	"\"approve\", \"spam\", \"abuse\", \"trash\" or \"hold\""},
    {"reason", read_reason, false, "a string of at most 64 bytes"},
    {"note", read_note, false, "a string of at most 2048 bytes"},
    {"if_state", read_state, false,
	"\"published\", \"held\", \"rejected\" or \"trashed\""},
};
enum { MEMBERS = sizeof(members) / sizeof(members[0]) };

static int
misfit(struct problem_field *field, struct err *e, const char *pointer,
    const char *expected)
{
	problem_misfit(field, pointer, "expected %s", expected);
	return err_set(e, ERR_FIELD, "a field is not what was expected");
}

/* null says the same as leaving the member out. */
static json_t *
get(json_t *o, const char *name)
{
	json_t *v = json_object_get(o, name);

	return json_is_null(v) ? NULL : v;
}

static int
read_member(struct reader *r, int i, const json_t *v)
{
	if (v == NULL)
		return members[i].required ? -1 : 0;
	if (!json_is_string(v))
		return -1;
	return members[i].read(r, json_text(v));
}

int
decision_wish_read(struct decision_wish *w, json_t *body, struct arena *a,
    struct problem_field *field, struct err *e)
{
	struct reader r = {w, a, false};
	json_t *learn = get(body, "learn");
	char pointer[32];

	*w = (struct decision_wish){.learn = true};
	if (!json_is_object(body))
		return misfit(field, e, "", "an object");
	for (int i = 0; i < (int)MEMBERS; i++) {
		if (read_member(&r, i, get(body, members[i].name)) == 0)
			continue;
		if (r.full)
			return err_no_room(e);
		snprintf(pointer, sizeof(pointer), "/%s", members[i].name);
		return misfit(field, e, pointer, members[i].expected);
	}
	if (learn != NULL && !json_is_boolean(learn))
		return misfit(field, e, "/learn", "true or false");
	w->learn = learn == NULL || json_is_true(learn);
	return 0;
}

json_t *
decision_to_json(const struct decision *d)
{
	json_t *o = json_pack("{s:s, s:s, s:b}", "id", d->id, "decision",
	    decision_name(d->kind), "learn", (int)d->learn);

	if (o == NULL)
		return NULL;
	json_add_time(o, "at", d->created_at_ms);
	json_add_text(o, "actor", d->actor);
	json_add_text(o, "key", d->api_key);
	json_add_text(o, "reason", d->reason);
	json_add_text(o, "note", d->note);
	if (d->undone_at_ms > 0) {
		json_add_time(o, "undone_at", d->undone_at_ms);
		json_add_text(o, "undone_by", d->undone_by);
	}
	return o;
}

struct span
decision_answer(const struct decision *d, enum comment_state s,
    const char *name, struct arena *a)
{
	json_t *o =
	    json_pack("{s:s%, s:s, s:o}", "id", d->comment.p, d->comment.n,
		"state", comment_state_name(s), name, decision_to_json(d));
	struct span text = json_write(o, a);

	json_decref(o);
	return text;
}
