#include "person.h"

#include <inttypes.h>
#include <stdio.h>

#include "../check/check_record.h"
#include "../http/problem.h"
#include "../model/model_proposal.h"
#include "../process/log.h"
#include "../request/admin.h"
#include "../request/reply.h"
#include "../store/store_decision.h"
#include "../store/store_person.h"
#include "item_json.h"
#include "listing_json.h"

enum { PAGE_MAX = 50, NUMBER_BYTES = 24 };

/* What a page is after: a comment, or beyond this a text without one. It has
 * no more digits than form_number reads. */
static const int64_t labels_from = INT64_C(1) << 56;

/* What a body says: whose. */
struct body {
	const char *email, *id, *comment;
};

static int
read_name(json_t *v, void *out)
{
	return json_string_length(v) > 0 ? field_text(v, out) : -1;
}

#define ROW(member)                                                            \
	{                                                                      \
#member, read_name, offsetof(struct body, member), "text"      \
	}
static const struct field fields[] = {
    ROW(email),
    ROW(id),
    ROW(comment),
    {NULL},
};

/* Somebody, as asked for. */
struct person {
	json_t *read; /* of which `said` borrows; NULL: it is refused */
	struct body said;
	struct store_person who;
	char reporter[PSEUDONYM_BYTES + 1];
};

/* Those under which the store knows what the body says. 0 or -1. */
static int
name(struct person *p, const struct call *call, struct err *e)
{
	const struct service *s = call->worker->service;
	struct record like = {.author_id = span_of_any(p->said.id)};

	if (s->is_others && (p->said.email != NULL || p->said.id != NULL))
		return err_set(e, ERR_TAKEN,
		    "the store was made with another secret, so that nobody "
		    "is found: put back the file `secret`");
	p->who = (struct store_person){
	    .site = call->caller.site,
	    .author_id = like.author_id,
	    .comment = span_of_any(p->said.comment),
	    .author = check_record_author(&like, &s->keys),
	};
	if (check_record_email(&p->who.author_email, span_of_any(p->said.email),
		s->secret, &call->request->arena) != 0)
		return err_no_room(e);
	p->who.reporter = p->who.author_email;
	if (p->said.id != NULL) {
		secrets_pseudonym(s->secret, p->who.author_id, p->reporter);
		p->who.reporter = span_of(p->reporter);
	}
	return 0;
}

/* Reads the body. 0, or -1: answered. */
static int
read_person(struct person *p, const struct call *call)
{
	struct problem_field field;
	struct err e = {ERR_NONE, ""};

	*p = (struct person){.read = NULL};
	p->read =
	    fields_read(fields, call->request->body, &p->said, &field, &e);
	if (p->read != NULL && p->said.email == NULL && p->said.id == NULL &&
	    p->said.comment == NULL)
		fields_misfit(&field, &e, "",
		    "expected email, id or comment: whose it is");
	else if (p->read != NULL && name(p, call, &e) == 0)
		return 0;
	problem_answer(call->request, &e, &field);
	json_decref(p->read);
	return -1;
}

/* Whether an entry of a list is about him. */
static bool
is_about(const struct list_entry *l, const struct body *said)
{
	const char *value = l->kind == RULE_AUTHOR  ? said->id
			    : l->kind == RULE_EMAIL ? said->email
						    : NULL;

	return value != NULL && span_is(l->value, value);
}

static void
write_entries(
    struct json_out *o, const struct call *call, const struct body *said)
{
	struct lists *lists = call->worker->service->lists;
	const struct site_list *list = lists_acquire(lists, call->caller.site);

	json_out_open(o, "entries", '[');
	for (uint32_t i = 0; list != NULL && i < list->n; i++)
		if (is_about(&list->entries[i], said))
			list_entry_write(o, NULL, &list->entries[i]);
	json_out_close(o, ']');
	lists_release(lists, list);
}

static void
write_label(void *arg, const struct decision *d)
{
	struct json_out *o = arg;

	json_out_open(o, NULL, '{');
	json_out_text(o, "id", span_of(d->id));
	json_out_text(o, "decision", span_of(decision_name(d->kind)));
	json_out_text(o, "actor", d->actor);
	item_time(o, "at", d->created_at_ms);
	item_time(o, "undone_at", d->undone_at_ms);
	json_out_text(o, "content", d->content);
	json_out_text_or_null(o, "reason", d->reason);
	json_out_text_or_null(o, "note", d->note);
	json_out_close(o, '}');
}

/* Texts without a comment, in the room that comments leave on their last page;
 * what the next page is after, or 0 in `next`. 0 or -1. */
static int
write_labels(struct item_writer *w, const struct store_person_page *p,
    int64_t *next, struct err *e)
{
	struct store_person_labels l = {
	    .who = p->who,
	    .after = p->after > labels_from ? p->after - labels_from : 0,
	    .most = p->most - p->n,
	    .each = write_label,
	    .arg = &w->out,
	};

	*next = p->next;
	json_out_open(&w->out, "labels", '[');
	if (p->next == 0) {
		if (store_each_label_of(w->call->worker->reader, &l, e) != 0)
			return -1;
		*next = l.next > 0 ? labels_from + l.next : 0;
	}
	json_out_close(&w->out, ']');
	return 0;
}

static int
write_page(struct item_writer *w, const struct store_person_page *p,
    const struct body *said, struct err *e)
{
	struct json_out *o = &w->out;
	char digits[NUMBER_BYTES];
	int64_t next;

	json_out_open(o, NULL, '{');
	json_out_open(o, "comments", '[');
	for (uint32_t i = 0; i < p->n; i++)
		if (item_write(w, NULL, p->numbers[i], e) != 0)
			return -1;
	json_out_close(o, ']');
	if (write_labels(w, p, &next, e) != 0)
		return -1;
	write_entries(o, w->call, said);
	snprintf(digits, sizeof(digits), "%" PRId64, next);
	json_out_text_or_null(
	    o, "next", next > 0 ? span_of(digits) : span_of(""));
	json_out_close(o, '}');
	return 0;
}

void
person_export(const struct call *call)
{
	int64_t numbers[PAGE_MAX];
	struct store_person_page page = {.numbers = numbers, .most = PAGE_MAX};
	struct admin_page asked;
	struct item_writer w;
	struct person p;
	struct err e = ERR_NO_ROOM;

	if (admin_page_numbered(call, &asked, &page.after) != 0 ||
	    read_person(&p, call) != 0)
		return;
	page.who = p.who;
	if (asked.limit < page.most)
		page.most = asked.limit;
	if ((page.after < labels_from &&
		store_find_person(call->worker->reader, &page, &e) != 0) ||
	    item_begin(&w, call) != 0 ||
	    write_page(&w, &page, &p.said, &e) != 0)
		problem_answer(call->request, &e, NULL);
	else
		item_end(&w);
	json_decref(p.read);
}

/* An erasure on its way, in the request's arena. */
struct erasing {
	struct errand errand; /* first */
	struct call call;
	struct person person;
	struct store_erasure store;
	int64_t entries, pages;
	int failed;
	struct err err; /* why */
};

/* The id of an entry about him, in `id`; whether there is one. */
static bool
find_entry(const struct erasing *x, char id[STORE_ID_BYTES + 1])
{
	struct lists *lists = x->call.worker->service->lists;
	const struct site_list *list =
	    lists_acquire(lists, x->call.caller.site);
	bool found = false;

	for (uint32_t i = 0; list != NULL && i < list->n && !found; i++) {
		found = is_about(&list->entries[i], &x->person.said);
		if (found)
			memcpy(id, list->entries[i].id, STORE_ID_BYTES + 1);
	}
	lists_release(lists, list);
	return found;
}

static int
erase_entries(struct erasing *x)
{
	struct lists *lists = x->call.worker->service->lists;
	char id[STORE_ID_BYTES + 1];
	struct list_faults faults;

	while (find_entry(x, id)) {
		struct list_change c = {
		    .site = x->call.caller.site,
		    .gone = span_of(id),
		    .by = x->store.by,
		    .now_ms = clock_unix_ms(),
		};

		if (lists_change(lists, &c, &faults, &x->err) != 0)
			return -1;
		x->entries++;
	}
	return 0;
}

/* Anybody may be quoted, so none of these pages stays. */
static void
erase_pages(void *arg, const char *model)
{
	struct erasing *x = arg;
	char path[MODEL_PATH_BYTES];
	struct err e;
	int n = -1;

	if (model_shelf_path(x->call.worker->service->shelf, model, path, &e) ==
	    0)
		n = model_proposal_forget(path, INT64_MAX, &e);
	if (n < 0)
		log_line(LOG_WARN, "erase.pages", {"model", model},
		    {"error", e.text});
	else
		x->pages += n;
}

static void
run(struct errand *w)
{
	struct erasing *x = (struct erasing *)w;
	struct service *s = x->call.worker->service;
	struct err ignored;

	do
		x->failed = store_erase(s->store, &x->store, &x->err);
	while (!x->failed && !x->store.done && !atomic_load(&w->called_off));
	if (!x->failed && !x->store.done)
		x->failed = err_set(&x->err, ERR_BUSY,
		    "the service ends: ask for it once more");
	if (!x->failed)
		x->failed =
		    trust_reread(s->trust, s->store, x->store.decided, &x->err);
	if (!x->failed)
		x->failed = erase_entries(x);
	if (!x->failed)
		model_shelf_each(s->shelf, erase_pages, x, &ignored);
}

static void
done(struct errand *w)
{
	struct erasing *x = (struct erasing *)w;
	struct service *s = x->call.worker->service;

	json_decref(x->person.read);
	/* what was learned of him goes as if it had been taken back */
	site_models_tell(s->site_models, x->store.who.site, SITE_UNDONE);
	if (x->failed)
		problem_answer(x->call.request, &x->err, NULL);
	else
		reply_json(&x->call, 200,
		    json_pack("{s:I, s:I, s:I, s:I}", "comments",
			(json_int_t)x->store.comments, "labels",
			(json_int_t)x->store.labels, "entries",
			(json_int_t)x->entries, "pages", (json_int_t)x->pages));
}

void
person_erase(const struct call *call)
{
	struct erasing *x = arena_array(&call->request->arena, 1, sizeof(*x));
	struct err e = ERR_NO_ROOM;

	if (x == NULL) {
		problem_answer(call->request, &e, NULL);
		return;
	}
	*x = (struct erasing){
	    .errand = {run, done, call->worker->loop}, .call = *call};
	if (read_person(&x->person, call) != 0)
		return;
	x->store.who = x->person.who;
	x->store.by = span_of(x->call.caller.key);
	if (errands_start(call->worker->service->errands, &x->errand, &e) == 0)
		return;
	json_decref(x->person.read);
	problem_answer(call->request, &e, NULL);
}
