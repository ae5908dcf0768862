#include "listing.h"

#include <stdio.h>
#include <stdlib.h>

#include "../format/json.h"
#include "../request/fields.h"
#include "../request/reply.h"
#include "../request/service.h"
#include "listing_json.h"

enum { ADD_MAX = 1000 };

/* A change of a list on its way, in the request's arena. */
struct edit {
	struct aside_job job; /* first */
	struct call call;
	json_t *body; /* of which entries borrow; NULL: there is none */
	bool many;    /* the members of `entries`; else the body is the one */
	struct list_entry *entries; /* to put, and to tell */
	uint32_t n;
	bool has_one; /* entries[0] is there already: the path's */
	bool drops;   /* it goes, and is told once more */
	const struct site_list *list; /* that has it; or NULL */
	struct problem_field *fields;
	uint32_t n_fields;
	int64_t now_ms;
	unsigned status; /* when all went well */
	int failed;
	struct err err; /* why */
};

void
listing_answer(const struct call *call, unsigned status, struct span body)
{
	struct err e;

	if (body.p == NULL) {
		err_set(&e, ERR_TOO_LARGE, "the answer needs too much memory");
		problem_answer(call->request, &e, NULL);
	} else {
		reply(call, status, body);
	}
}

/* The pointer to entry i of what is added, or to a member of it. */
static void
point_to(const struct edit *a, uint32_t i, const char *member, char out[64])
{
	if (a->many)
		snprintf(out, 64, "/entries/%u%s", i, member);
	else
		snprintf(out, 64, "%s", member);
}

static int
by_id(const void *a, const void *b)
{
	return memcmp(((const struct list_entry *)a)->id,
	    ((const struct list_entry *)b)->id, STORE_ID_BYTES);
}

/* New entries with ids that rise. */
static void
make_blank(struct edit *a)
{
	const struct caller *caller = &a->call.caller;

	for (uint32_t i = 0; i < a->n; i++) {
		a->entries[i] = list_entry_blank();
		a->entries[i].site = caller->site;
		a->entries[i].created_at_ms = a->now_ms;
		a->entries[i].created_by = span_of(caller->key);
		secrets_ulid(a->now_ms, a->entries[i].id);
	}
	qsort(a->entries, a->n, sizeof(*a->entries), by_id);
}

/* Reads all; what is wrong goes to a->fields. */
static void
read_entries(struct edit *a)
{
	json_t *list = json_object_get(a->body, "entries");
	char base[64];

	make_blank(a);
	for (uint32_t i = 0; i < a->n && a->n_fields < LIST_FAULTS_MAX; i++) {
		json_t *o = a->many ? json_array_get(list, i) : a->body;

		point_to(a, i, "", base);
		a->n_fields += list_entry_read(&a->entries[i], o, a->now_ms,
				   base, &a->fields[a->n_fields]) != 0;
	}
}

/* Faults of values as those of fields. */
static void
note_faults(struct edit *a, const struct list_faults *f)
{
	char pointer[64];

	for (uint32_t i = 0; i < f->n; i++) {
		const struct list_fault *fault = &f->items[i];

		point_to(a, fault->put, "/value", pointer);
		problem_misfit(&a->fields[i], pointer, "%s", fault->text);
		memcpy(a->fields[i].entry, fault->entry, sizeof(fault->entry));
	}
	a->n_fields = f->n;
}

/* Whether a field was wrong. */
static int
check_fields(struct edit *a)
{
	return a->n_fields == 0 ? 0
				: err_set(&a->err, ERR_FIELD,
				      "an entry is not what was expected");
}

static const struct list_entry *
entry_named(const struct site_list *list, struct span id)
{
	for (uint32_t i = 0; list != NULL && i < list->n; i++)
		if (span_equal(span_of(list->entries[i].id), id))
			return &list->entries[i];
	return NULL;
}

/* Reads the body over the entry that the path names, as that is by now. */
static int
read_over_one(struct edit *a)
{
	struct lists *lists = a->call.worker->service->lists;
	const struct list_entry *one;

	a->list = lists_acquire(lists, a->call.caller.site);
	one = entry_named(a->list, a->call.id);
	if (one == NULL)
		return err_set(&a->err, ERR_MISSING, "there is no such entry");
	a->entries[0] = *one;
	if (!a->drops)
		a->n_fields = list_entry_read(&a->entries[0], a->body,
				  a->now_ms, "", &a->fields[0]) != 0;
	return check_fields(a);
}

static int
change(struct edit *a)
{
	struct list_faults faults = {.n = 0};
	struct list_change c = {
	    .site = a->call.caller.site,
	    .puts = a->entries,
	    .n_puts = a->drops ? 0 : a->n,
	    .by = span_of(a->call.caller.key),
	    .now_ms = a->now_ms,
	};

	if (a->has_one)
		c.gone = span_of(a->entries[0].id);
	if (lists_change(
		a->call.worker->service->lists, &c, &faults, &a->err) == 0)
		return 0;
	note_faults(a, &faults);
	return -1;
}

/* On the thread beside: lists are compiled and written there. One change after
 * the other, so that none is made of what another has changed meanwhile. */
static void
work(struct aside_job *j)
{
	struct edit *a = (struct edit *)j;

	a->failed = a->has_one && read_over_one(a) != 0;
	if (!a->failed)
		a->failed = change(a);
}

/* What was added: the entry, or all of them. */
static struct span
write_added(const struct edit *a)
{
	struct json_out o;

	json_out_begin(&o, &a->call.request->arena);
	if (a->many) {
		json_out_open(&o, NULL, '{');
		json_out_open(&o, "entries", '[');
	}
	for (uint32_t i = 0; i < a->n; i++)
		list_entry_write(&o, NULL, &a->entries[i]);
	if (a->many) {
		json_out_close(&o, ']');
		json_out_close(&o, '}');
	}
	return json_out_end(&o);
}

/* Answers, and gives back what was held. */
static void
end(struct edit *a)
{
	struct http_request *r = a->call.request;
	struct span body = {NULL, 0};
	json_t *held = a->body;

	if (!a->failed)
		body = write_added(a);
	lists_release(a->call.worker->service->lists, a->list);
	if (a->failed)
		problem_answer_all(r, &a->err, a->fields, a->n_fields);
	else
		listing_answer(&a->call, a->status, body);
	json_decref(held);
}

static void
done(struct aside_job *j)
{
	end((struct edit *)j);
}

static void
refuse(struct edit *a, enum err_code code, const char *why)
{
	a->failed = err_set(&a->err, code, "%s", why);
	end(a);
}

/* Goes on to `work`. */
static void
commit(struct edit *a)
{
	a->job = (struct aside_job){
	    .work = work, .done = done, .loop = a->call.worker->loop};
	aside_do(a->call.worker->service->aside, &a->job);
}

/* An edit of no entry yet, with the body if it `reads` one; NULL: answered. */
static struct edit *
begin(const struct call *call, bool reads)
{
	struct arena *arena = &call->request->arena;
	struct edit *a = arena_array(arena, 1, sizeof(*a));
	struct err e = ERR_NO_ROOM;

	if (a != NULL) {
		*a = (struct edit){
		    .call = *call, .now_ms = clock_unix_ms(), .status = 200};
		a->fields =
		    arena_array(arena, LIST_FAULTS_MAX, sizeof(*a->fields));
		if (a->fields != NULL && reads)
			a->body = json_read(call->request->body, &e);
		if (a->fields != NULL && (!reads || a->body != NULL))
			return a;
	}
	problem_answer(call->request, &e, NULL);
	return NULL;
}

/* Room for `n` entries: 0, or -1: answered. */
static int
make_room(struct edit *a, size_t n)
{
	a->entries =
	    arena_array(&a->call.request->arena, n, sizeof(*a->entries));
	a->n = (uint32_t)n;
	if (a->entries != NULL)
		return 0;
	refuse(a, ERR_TOO_LARGE, "too many at once");
	return -1;
}

/* How many the body has; 0: answered. */
static size_t
count_entries(struct edit *a)
{
	static const char *const members[] = {"entries", NULL};
	const json_t *list = json_object_get(a->body, "entries");
	size_t n = list != NULL ? json_array_size(list) : 1;

	a->many = list != NULL;
	if (a->many && fields_only(a->body, members, a->fields, &a->err) != 0) {
		a->n_fields = 1;
		a->failed = -1;
		end(a);
		return 0;
	}
	if (n >= 1 && n <= ADD_MAX)
		return n;
	a->fields[a->n_fields++] = (struct problem_field){
	    "/entries", "expected an array of 1 to 1000 entries"};
	refuse(a, ERR_FIELD, "a field is not what was expected");
	return 0;
}

void
listing_add(const struct call *call)
{
	struct edit *a = begin(call, true);
	size_t n;

	if (a == NULL)
		return;
	a->status = 201;
	n = count_entries(a);
	if (n == 0 || make_room(a, n) != 0)
		return;
	read_entries(a);
	a->failed = check_fields(a);
	if (a->failed)
		end(a);
	else
		commit(a);
}

/* An edit of the entry that the path names; NULL: answered. */
static struct edit *
begin_with_one(const struct call *call, bool reads)
{
	struct edit *a = begin(call, reads);

	if (a == NULL || make_room(a, 1) != 0)
		return NULL;
	a->has_one = true;
	return a;
}

void
listing_change(const struct call *call)
{
	struct edit *a = begin_with_one(call, true);

	if (a != NULL)
		commit(a);
}

void
listing_delete(const struct call *call)
{
	struct edit *a = begin_with_one(call, false);

	if (a == NULL)
		return;
	a->drops = true;
	commit(a);
}
