#include "listing.h"

#include <stdio.h>
#include <stdlib.h>

#include "json.h"
#include "listing_json.h"
#include "service.h"

enum { ADD_MAX = 1000 };

/* Entries to add, as far as they were read. */
struct addition {
	const struct call *call;
	bool many; /* the members of `entries`; else the body is the one */
	json_t *body;
	struct list_entry *entries;
	uint32_t n;
	struct problem_field *fields;
	uint32_t n_fields;
	int64_t now_ms;
};

void
listing_answer(const struct call *call, unsigned status, struct span body)
{
	struct http_response out = {
	    .status = status,
	    .content_type = "application/json",
	    .body = body,
	};
	struct err e;

	if (body.p == NULL) {
		err_set(&e, ERR_TOO_LARGE, "the answer needs too much memory");
		problem_answer(call->request, &e, NULL);
	} else {
		http_answer(call->request, &out);
	}
}

static json_t *
read_body(const struct call *call)
{
	struct err e;
	json_t *body = json_read(call->request->body, &e);

	if (body == NULL)
		problem_answer(call->request, &e, NULL);
	return body;
}

/* The pointer to entry i of what is added. */
static void
point_to(const struct addition *a, uint32_t i, char out[64])
{
	out[0] = '\0';
	if (a->many)
		snprintf(out, 64, "/entries/%u", i);
}

static int
by_id(const void *a, const void *b)
{
	return memcmp(((const struct list_entry *)a)->id,
	    ((const struct list_entry *)b)->id, STORE_ID_BYTES);
}

/* New entries with ids that rise. */
static void
make_blank(struct addition *a)
{
	const struct caller *caller = &a->call->caller;

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
read_entries(struct addition *a)
{
	json_t *list = json_object_get(a->body, "entries");
	char base[64];

	make_blank(a);
	for (uint32_t i = 0; i < a->n && a->n_fields < LIST_FAULTS_MAX; i++) {
		json_t *o = a->many ? json_array_get(list, i) : a->body;

		point_to(a, i, base);
		a->n_fields += list_entry_read(&a->entries[i], o, a->now_ms,
				   base, &a->fields[a->n_fields]) != 0;
	}
}

/* Faults of values as those of fields. */
static void
note_faults(struct addition *a, const struct list_faults *f)
{
	char base[64];

	for (uint32_t i = 0; i < f->n; i++) {
		struct problem_field *field = &a->fields[i];

		point_to(a, f->items[i].put, base);
		snprintf(
		    field->pointer, sizeof(field->pointer), "%s/value", base);
		snprintf(field->detail, sizeof(field->detail), "%s",
		    f->items[i].text);
	}
	a->n_fields = f->n;
}

/* 0, or -1 and `e` with a->fields. `gone` as in struct list_change. */
static int
commit(struct addition *a, struct span gone, struct err *e)
{
	struct list_faults faults = {.n = 0};
	struct list_change c = {
	    .site = a->call->caller.site,
	    .puts = a->entries,
	    .n_puts = a->n,
	    .gone = gone,
	    .now_ms = a->now_ms,
	};

	if (a->n_fields > 0)
		return err_set(
		    e, ERR_FIELD, "an entry is not what was expected");
	if (lists_change(a->call->worker->service->lists, &c, &faults, e) == 0)
		return 0;
	note_faults(a, &faults);
	return -1;
}

/* What was added: the entry, or all of them. */
static struct span
write_added(const struct addition *a)
{
	struct json_out o;

	json_out_begin(&o, &a->call->request->arena);
	json_out_open(&o, NULL, '{');
	if (a->many)
		json_out_open(&o, "entries", '[');
	for (uint32_t i = 0; i < a->n; i++) {
		if (a->many)
			json_out_open(&o, NULL, '{');
		list_entry_write(&o, &a->entries[i]);
		if (a->many)
			json_out_close(&o, '}');
	}
	if (a->many)
		json_out_close(&o, ']');
	json_out_close(&o, '}');
	return json_out_end(&o);
}

/* Room for `n` entries: 0 or -1. */
static int
begin(struct addition *a, const struct call *call, size_t n)
{
	struct arena *arena = &call->request->arena;

	a->call = call;
	a->now_ms = clock_unix_ms();
	a->n = (uint32_t)n;
	a->entries = arena_array(arena, n, sizeof(*a->entries));
	a->fields = arena_array(arena, LIST_FAULTS_MAX, sizeof(*a->fields));
	return a->entries == NULL || a->fields == NULL ? -1 : 0;
}

static int
add(struct addition *a, const struct call *call, struct err *e)
{
	json_t *list = json_object_get(a->body, "entries");
	size_t n;

	a->many = list != NULL;
	n = a->many ? json_array_size(list) : 1;
	if (begin(a, call, n) != 0)
		return err_set(e, ERR_TOO_LARGE, "too many at once");
	if (n >= 1 && n <= ADD_MAX) {
		read_entries(a);
		return commit(a, (struct span){NULL, 0}, e);
	}
	a->fields[0] = (struct problem_field){
	    "/entries", "expected an array of 1 to 1000 entries"};
	a->n_fields = 1;
	return err_set(e, ERR_FIELD, "a field is not what was expected");
}

void
listing_add(const struct call *call)
{
	struct addition a = {.body = read_body(call)};
	struct err e;

	if (a.body == NULL)
		return;
	if (add(&a, call, &e) == 0)
		listing_answer(call, 201, write_added(&a));
	else
		problem_answer_all(call->request, &e, a.fields, a.n_fields);
	json_decref(a.body);
}

static const struct list_entry *
entry_named(const struct site_list *list, struct span id)
{
	for (uint32_t i = 0; list != NULL && i < list->n; i++)
		if (span_equal(span_of(list->entries[i].id), id))
			return &list->entries[i];
	return NULL;
}

/* Changes an entry of the list that is in use while this goes on. */
static int
change(struct addition *a, const struct site_list *list, struct err *e)
{
	const struct list_entry *one = entry_named(list, a->call->id);

	if (one == NULL)
		return err_set(e, ERR_MISSING, "there is no such entry");
	a->entries[0] = *one;
	a->n_fields = list_entry_read(&a->entries[0], a->body, a->now_ms, "",
			  &a->fields[0]) != 0;
	return commit(a, a->call->id, e);
}

/* Deletes one entry of the list, which then is told once more. */
static int delete (
    struct addition *a, const struct site_list *list, struct err *e)
{
	const struct list_entry *one = entry_named(list, a->call->id);

	if (one == NULL)
		return err_set(e, ERR_MISSING, "there is no such entry");
	a->n = 0;
	if (commit(a, a->call->id, e) != 0)
		return -1;
	a->entries[0] = *one;
	a->n = 1;
	return 0;
}

/* Does `work` on the list that is in use, and answers with the entry. */
static void
with_list(const struct call *call, struct addition *a,
    int (*work)(
	struct addition *a, const struct site_list *list, struct err *e))
{
	struct lists *lists = call->worker->service->lists;
	const struct site_list *list = lists_acquire(lists, call->caller.site);
	struct err e = {ERR_TOO_LARGE, "the request is too large"};

	if (begin(a, call, 1) == 0 && work(a, list, &e) == 0)
		listing_answer(call, 200, write_added(a));
	else
		problem_answer_all(call->request, &e, a->fields, a->n_fields);
	lists_release(lists, list);
}

void
listing_change(const struct call *call)
{
	struct addition a = {.body = read_body(call)};

	if (a.body == NULL)
		return;
	with_list(call, &a, change);
	json_decref(a.body);
}

void
listing_delete(const struct call *call)
{
	struct addition a = {.body = NULL};

	with_list(call, &a, delete);
}
