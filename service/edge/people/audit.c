#include "audit.h"

#include <inttypes.h>
#include <stdio.h>

#include "../../core/escape.h"
#include "../format/json.h"
#include "../format/json_members.h"
#include "../request/access.h"
#include "../request/admin.h"
#include "../request/reply.h"
#include "../store/store_audit.h"

/* Entries of others that are passed over for one page. */
enum { LOOKED_AT_MAX = 20000, NUMBER_BYTES = 24 };

struct page {
	const struct call *call;
	json_t *entries;
	size_t limit, looked_at;
	int64_t last; /* the number of the last one seen */
	bool more;
};

static json_t *
json_or_null(struct span text)
{
	struct err ignored;
	json_t *o = text.n == 0 ? json_null() : json_read(text, &ignored);

	return o == NULL ? json_null() : o;
}

static json_t *
site_name(const struct call *call, int64_t id)
{
	struct site site;
	struct err ignored;

	if (id == 0)
		return json_null();
	if (directory_site(call->worker->service->sites, id, &site, &ignored) ==
	    0)
		return json_string(site.name);
	return json_sprintf("%" PRId64, id); /* deleted since */
}

static json_t *
entry_to_json(const struct call *call, const struct audit_entry *a)
{
	return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "number",
	    (json_int_t)a->number, "at", json_time(a->at_ms), "actor",
	    json_span(a->actor), "action", json_span(a->action), "site",
	    site_name(call, a->site), "subject", json_span(a->subject),
	    "before", json_or_null(a->before), "after", json_or_null(a->after));
}

static bool
add_entry(void *arg, const struct audit_entry *a)
{
	struct page *p = arg;

	if (json_array_size(p->entries) == p->limit ||
	    p->looked_at == LOOKED_AT_MAX) {
		p->more = true;
		return false;
	}
	p->looked_at++;
	p->last = a->number;
	if (access_sees(&p->call->caller, a->site))
		json_array_append_new(p->entries, entry_to_json(p->call, a));
	return true;
}

void
audit_list(const struct call *call)
{
	struct admin_page asked;
	struct page page = {.call = call};
	struct audit_visit visit = {
	    .each = add_entry, .arg = &page, .site = call->caller.site};
	char next[NUMBER_BYTES];
	struct err e;

	if (admin_page_numbered(call, &asked, &visit.before) != 0)
		return;
	page.entries = json_array();
	page.limit = asked.limit;
	if (store_each_audit(call->worker->reader, &visit, &e) != 0) {
		json_decref(page.entries);
		problem_answer(call->request, &e, NULL);
		return;
	}
	snprintf(next, sizeof(next), "%" PRId64, page.last);
	reply_json(call, 200,
	    json_pack("{s:o, s:s?}", "entries", page.entries, "next",
		page.more ? next : NULL));
}

static json_t *
check_to_json(const struct audit_check *c)
{
	char head[2 * STORE_HASH_BYTES + 1];

	escape_hex(head, c->head, STORE_HASH_BYTES);
	return json_pack(
	    "{s:I, s:s}", "entries", (json_int_t)c->n, "head", head);
}

void
audit_verify(const struct call *call)
{
	struct audit_check check;
	struct err e;

	if (!call->worker->is_operators)
		err_set(&e, ERR_SCOPE,
		    "this is asked on the operators' socket: moderatod audit "
		    "verify");
	else if (store_check_audit(call->worker->reader, &check, &e) == 0) {
		if (check.broken == 0) {
			reply_json(call, 200, check_to_json(&check));
			return;
		}
		err_set(&e, ERR_TAKEN,
		    "entry %" PRId64
		    " of the audit log is not as it was written, or is gone",
		    check.broken);
	}
	problem_answer(call->request, &e, NULL);
}
