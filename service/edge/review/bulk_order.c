#include "bulk_order.h"

#include "../format/json.h"
#include "../request/fields.h"

/* The ids, each once. */
static int
read_ids(struct bulk_order *o, const json_t *list, struct arena *a,
    struct problem_field *field, struct err *e)
{
	size_t n = json_array_size(list);
	struct span *ids = arena_array(a, n, sizeof(*ids));

	if (n == 0 || n > BULK_IDS_MAX)
		return fields_misfit(
		    field, e, "/ids", "expected 1 to 1000 ids");
	if (ids == NULL)
		return err_no_room(e);
	for (size_t i = 0; i < n; i++) {
		struct span id = json_text(json_array_get(list, i));
		uint32_t at = 0;

		if (id.n != STORE_ID_BYTES)
			return fields_misfit(field, e, "/ids",
			    "expected strings, ids of comments");
		while (at < o->n && !span_equal(ids[at], id))
			at++;
		if (at < o->n)
			continue;
		ids[o->n] = arena_copy(a, id);
		if (ids[o->n++].p == NULL)
			return err_no_room(e);
	}
	o->ids = ids;
	return 0;
}

/* What is no value would be passed over, and select more than was meant. */
static int
check_filter(json_t *filter, struct problem_field *field, struct err *e)
{
	char pointer[96];
	const char *name;
	json_t *v;

	if (!json_is_object(filter))
		return fields_misfit(field, e, "/filter", "expected an object");
	json_object_foreach(filter, name, v)
	{
		if (json_is_number(v) || json_string_length(v) > 0)
			continue;
		problem_point("/filter", name, pointer, sizeof(pointer));
		return fields_misfit(field, e, pointer,
		    "expected a number, or a string that is not empty");
	}
	return 0;
}

static int
read_filter(struct bulk_order *o, const struct call *call, json_t *filter,
    struct problem_field *field, struct err *e)
{
	struct arena *a = &call->request->arena;
	struct form form;

	if (check_filter(filter, field, e) != 0)
		return -1;
	if (form_init(&form, a) != 0 ||
	    form_add_json(&form, json_write(filter, a)) != 0)
		return err_no_room(e);
	if (queue_query_read(&o->filter, call, &form, e) != 0)
		return -1;
	o->by_filter = true;
	o->site = form_get(&form, span_of("site"));
	/* all of it, in whatever order */
	o->filter.order = QUEUE_NEWEST;
	o->filter.after = (struct queue_place){0, 0};
	if (o->filter.state < 0)
		return fields_misfit(field, e, "/filter/state",
		    "expected held, rejected, published, reported or "
		    "trashed");
	return 0;
}

/* Which comments: one of the two. */
static int
read_which(struct bulk_order *o, const struct call *call, json_t *body,
    struct problem_field *field, struct err *e)
{
	json_t *ids = json_object_get(body, "ids");
	json_t *filter = json_object_get(body, "filter");

	if ((ids == NULL) == (filter == NULL))
		return fields_misfit(
		    field, e, "", "expected either ids or filter");
	if (filter != NULL)
		return read_filter(o, call, filter, field, e);
	return read_ids(o, ids, &call->request->arena, field, e);
}

static int
read_rest(struct bulk_order *o, json_t *body, struct problem_field *field,
    struct err *e)
{
	json_t *expect = json_object_get(body, "expect");
	json_t *dry_run = json_object_get(body, "dry_run");

	if (dry_run != NULL && !json_is_boolean(dry_run))
		return fields_misfit(
		    field, e, "/dry_run", "expected true or false");
	if (expect != NULL &&
	    (!json_is_integer(expect) || json_integer_value(expect) < 0))
		return fields_misfit(
		    field, e, "/expect", "expected how many there are");
	o->dry_run = json_is_true(dry_run);
	o->expect = expect != NULL ? json_integer_value(expect) : -1;
	return 0;
}

static int
read_body(struct bulk_order *o, const struct call *call, json_t *body,
    struct problem_field *field, struct err *e)
{
	static const char *const members[] = {DECISION_WISH_MEMBERS, "if_state",
	    "ids", "filter", "expect", "dry_run", NULL};

	if (fields_only(body, members, field, e) != 0 ||
	    decision_wish_read(
		&o->wish, body, &call->request->arena, field, e) != 0 ||
	    read_rest(o, body, field, e) != 0 ||
	    read_which(o, call, body, field, e) != 0)
		return -1;
	if (o->by_filter) {
		o->wish.conditional = true;
		o->wish.if_state = (enum comment_state)o->filter.state;
	}
	return 0;
}

int
bulk_order_read(struct bulk_order *o, const struct call *call,
    struct problem_field *field, struct err *e)
{
	json_t *body = json_read(call->request->body, e);
	int result;

	*o = (struct bulk_order){.expect = -1};
	if (body == NULL)
		return -1;
	result = read_body(o, call, body, field, e);
	json_decref(body);
	return result;
}
