#include "webhook_json.h"

#include "../format/json.h"
#include "../format/json_members.h"
#include "../hook/webhook_secret.h"
#include "../hook/webhook_url.h"

enum { SCRATCH = 512 /* for a secret's bytes */ };

#define EVENTS_EXPECTED                                                        \
	"expected an array of comment.held, comment.decided, comment.undone"

static const char *
read_url(struct webhook_wish *w, const json_t *v, const char *hosts)
{
	struct err e;

	w->url = json_text(v);
	if (w->url.p == NULL || webhook_url_check(w->url, hosts, &e) != 0)
		return WEBHOOK_URL_EXPECTED;
	return NULL;
}

static const char *
read_secret(struct webhook_wish *w, const json_t *v, const char *hosts)
{
	unsigned char block[SCRATCH];
	struct arena a;

	(void)hosts;
	arena_init(&a, block, sizeof block);
	w->secret = json_text(v);
	if (w->secret.p == NULL || webhook_secret_read(w->secret, &a).p == NULL)
		return WEBHOOK_SECRET_EXPECTED;
	return NULL;
}

static const char *
read_events(struct webhook_wish *w, const json_t *v, const char *hosts)
{
	size_t i;
	json_t *name;

	(void)hosts;
	w->types = 0;
	json_array_foreach(v, i, name)
	{
		int type =
		    json_is_string(name) ? notice_named(json_text(name)) : -1;

		if (type < 0 || type == NOTICE_PING)
			return EVENTS_EXPECTED;
		w->types |= 1u << type;
	}
	return w->types == 0 ? EVENTS_EXPECTED : NULL;
}

static const char *
read_active(struct webhook_wish *w, const json_t *v, const char *hosts)
{
	(void)hosts;
	w->active = json_is_true(v);
	return json_is_boolean(v) ? NULL : "expected true or false";
}

/* How each member is read: NULL, or what was expected. */
static const struct {
	const char *name;
	const char *(*read)(
	    struct webhook_wish *w, const json_t *v, const char *hosts);
} members[] = {
    {"url", read_url},
    {"secret", read_secret},
    {"events", read_events},
    {"active", read_active},
};
enum { MEMBERS = sizeof members / sizeof *members };

enum err_code
webhook_wish_read(struct webhook_wish *w, json_t *o, const char *hosts,
    struct problem_field *field)
{
	const char *name, *wrong = "expected an object";
	json_t *value;
	char pointer[sizeof(field->pointer)] = "";
	size_t i;

	*w = (struct webhook_wish){.active = -1};
	json_object_foreach(o, name, value)
	{
		for (i = 0; i < MEMBERS; i++)
			if (strcmp(name, members[i].name) == 0)
				break;
		wrong = i == MEMBERS ? "there is no such member"
				     : members[i].read(w, value, hosts);
		if (wrong != NULL)
			break;
	}
	if (json_is_object(o) && (json_object_size(o) == 0 || wrong == NULL))
		return ERR_NONE;
	if (json_is_object(o))
		problem_point("", name, pointer, sizeof(pointer));
	problem_misfit(field, pointer, "%s", wrong);
	return ERR_FIELD;
}

json_t *
webhook_to_json(const struct webhook *w, int64_t now_ms)
{
	json_t *events = json_array();
	json_t *o;

	for (int t = 0; t < NOTICE_PING; t++)
		if (w->types & 1u << t)
			json_array_append_new(
			    events, json_string(notice_name(t)));
	o = json_pack("{s:s, s:o, s:o, s:b, s:i}", "id", w->id, "url",
	    json_span(w->url), "events", events, "active", w->active,
	    "failures", (int)w->failures);
	if (o == NULL)
		return NULL;
	json_add_text(
	    o, "inactive_because", w->active ? (struct span){NULL, 0} : w->why);
	json_add_time(o, "created_at", w->created_at_ms);
	if (w->paused_until_ms > now_ms)
		json_add_time(o, "paused_until", w->paused_until_ms);
	if (w->old_until_ms > now_ms)
		json_add_time(o, "old_secret_until", w->old_until_ms);
	return o;
}

json_t *
delivery_to_json(const struct delivery *d)
{
	json_t *o = json_pack("{s:o, s:o, s:s, s:i}", "id", json_span(d->id),
	    "type", json_span(d->type), "state", delivery_state_name(d->state),
	    "attempts", (int)d->attempts);

	if (o == NULL)
		return NULL;
	json_add_text(o, "comment", d->comment);
	json_add_text(o, "decision", d->decision);
	json_add_text(o, "error", d->error);
	if (d->status != 0)
		json_object_set_new(
		    o, "status", json_integer((json_int_t)d->status));
	json_add_time(o, "created_at", d->created_at_ms);
	if (d->state == DELIVERY_DUE)
		json_add_time(o, "due_at", d->due_at_ms);
	json_add_time(o, "ended_at", d->ended_at_ms);
	return o;
}
