#include "admin.h"

#include "../format/form.h"
#include "../process/container.h"
#include "../process/log.h"
#include "query.h"
#include "reply.h"

enum { PAGE = 100, PAGE_MAX = 500 };

void
admin_init(struct admin_change *a, const struct call *call)
{
	*a = (struct admin_change){.call = *call, .status = 200};
}

struct admin_change *
admin_begin(const struct call *call)
{
	struct admin_change *a =
	    arena_array(&call->request->arena, 1, sizeof(*a));
	struct err e;

	if (a == NULL) {
		err_no_room(&e);
		problem_answer(call->request, &e, NULL);
		return NULL;
	}
	admin_init(a, call);
	return a;
}

/* A deleted site has nothing left in memory. */
static void
forget_dropped(const struct admin_change *a)
{
	for (uint32_t i = 0; i < a->put.n_changes; i++)
		if (a->changes[i].kind == CHANGE_DROP_SITE)
			lists_forget(a->call.worker->service->lists,
			    a->changes[i].site.id);
}

/* It is on disk: all loops are to see it before it is answered. */
static void
put_in_use(struct admin_change *a)
{
	struct worker *w = a->call.worker;
	struct err e;

	log_line(
	    LOG_INFO, "admin", {"what", a->event}, {"by", a->call.caller.key});
	forget_dropped(a);
	if (a->aside ||
	    directory_reload(w->service->sites, w->reader, &e) == 0) {
		reply_json(&a->call, a->status, a->answer(a));
		return;
	}
	log_line(LOG_ERROR, "failed", {"error", e.text});
	err_set(&e, ERR_BUG, "the change is stored but not in use");
	problem_answer(a->call.request, &e, NULL);
}

static void
on_put(struct store_put *p)
{
	struct admin_change *a = container_of(p, struct admin_change, put);

	if (p->result == STORE_DONE)
		put_in_use(a);
	else
		problem_answer(a->call.request, &p->err, NULL);
}

void
admin_commit(struct admin_change *a, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		a->changes[i].by = a->call.caller.key;
	a->put = (struct store_put){
	    .changes = a->changes,
	    .n_changes = n,
	    .loop = a->call.worker->loop,
	    .done = on_put,
	};
	store_put(a->call.worker->service->store, &a->put);
}

int
admin_page(const struct call *call, struct admin_page *out)
{
	struct form f;
	int64_t limit = PAGE;
	struct err e;

	*out = (struct admin_page){.limit = PAGE};
	if (call->request->query.n == 0)
		return 0;
	if (query_read(&f, call, &e) == 0) {
		out->after = form_get(&f, span_of("after"));
		if (form_number(form_get(&f, span_of("limit")), 1, PAGE_MAX,
			&limit) == 0) {
			out->limit = (unsigned)limit;
			return 0;
		}
		err_set(&e, ERR_INPUT,
		    "limit: expected a whole number from 1 to %d", PAGE_MAX);
	}
	problem_answer(call->request, &e, NULL);
	return -1;
}

int
admin_page_numbered(
    const struct call *call, struct admin_page *out, int64_t *after)
{
	struct err e;

	*after = 0;
	if (admin_page(call, out) != 0)
		return -1;
	if (out->after.n == 0 ||
	    form_number(out->after, 0, INT64_MAX, after) == 0)
		return 0;
	err_set(&e, ERR_INPUT, "after: expected what `next` said");
	problem_answer(call->request, &e, NULL);
	return -1;
}
