#include "../format/form.h"
#include "../request/query.h"
#include "../request/reply.h"
#include "webhook_json.h"
#include "webhooks.h"

enum { LOG_DEFAULT = 50, LOG_MOST = 200 };

static void
append_delivery(void *arg, const struct delivery *d)
{
	json_array_append_new(arg, delivery_to_json(d));
}

/* Fills the part of `visit` that the query says: 0, or -1: answered. */
static int
read_page(const struct call *call, struct delivery_visit *visit)
{
	static const struct problem_field wrong = {
	    "?limit", "expected a number from 1 to 200"};
	int64_t most = LOG_DEFAULT;
	struct form query;
	struct err e;

	if (query_read(&query, call, &e) == 0) {
		visit->before = form_get(&query, span_of("cursor"));
		if (form_number(form_get(&query, span_of("limit")), 1, LOG_MOST,
			&most) == 0) {
			visit->most = (unsigned)most;
			return 0;
		}
		err_set(&e, ERR_FIELD, "a parameter is not what was expected");
	}
	problem_answer(call->request, &e, &wrong);
	return -1;
}

void
webhooks_deliveries(const struct call *call)
{
	struct delivery_visit visit = {
	    .webhook = {call->caller.site, call->id}, .each = append_delivery};
	struct webhook w;
	struct err e;
	json_t *all, *o;

	if (webhooks_find(call, &w) != 0 || read_page(call, &visit) != 0)
		return;
	visit.arg = all = json_array();
	if (store_each_delivery(call->worker->reader, &visit, &e) != 0) {
		json_decref(all);
		problem_answer(call->request, &e, NULL);
		return;
	}
	o = json_pack("{s:o}", "deliveries", all);
	if (json_array_size(all) == visit.most)
		json_object_set(o, "next",
		    json_object_get(json_array_get(all, visit.most - 1), "id"));
	reply_json(call, 200, o);
}
