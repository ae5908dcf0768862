#include "leasing.h"

#include "../check/news.h"
#include "../format/json_members.h"
#include "../http/problem.h"
#include "../request/access.h"
#include "../request/reply.h"

/* What the caller has or wants; site 0: answered. */
static struct lease
lease_of(const struct call *call)
{
	struct arena *a = &call->request->arena;
	struct lease l = {.site = 0};
	size_t used = a->used;
	struct record r;
	struct err e;

	if (access_comment(call, call->id, &r, &e) == 0) {
		l.site = r.site;
		arena_rewind(a, used);
	} else {
		problem_answer(call->request, &e, NULL);
	}
	span_copy(l.comment, sizeof(l.comment), call->id);
	memcpy(l.holder, call->caller.key, sizeof(l.holder));
	memcpy(l.name, call->caller.label, sizeof(l.name));
	return l;
}

static void
answer(const struct call *call, const struct lease *has)
{
	bool yours = strcmp(has->holder, call->caller.key) == 0;

	reply_json(call, 200,
	    json_pack("{s:s, s:o, s:b}", "by", has->name, "until",
		json_time(has->until_ms), "yours", (int)yours));
}

void
leasing_take(const struct call *call)
{
	struct service *s = call->worker->service;
	struct lease wanted = lease_of(call), has, left;

	if (wanted.site == 0)
		return;
	if (leases_take(s->leases, &wanted, clock_unix_ms(), &has, &left))
		news_of_lease(s, &has, has.name);
	if (left.site != 0)
		news_of_lease(s, &left, NULL);
	answer(call, &has);
}

void
leasing_end(const struct call *call)
{
	struct service *s = call->worker->service;
	struct lease mine = lease_of(call);
	bool ended;

	if (mine.site == 0)
		return;
	ended = leases_end(s->leases, &mine, clock_unix_ms());
	if (ended)
		news_of_lease(s, &mine, NULL);
	reply_json(call, 200, json_pack("{s:b}", "ended", (int)ended));
}
