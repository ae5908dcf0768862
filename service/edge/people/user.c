#include "user.h"

#include "../format/form.h"
#include "../format/json_members.h"
#include "../request/access.h"
#include "../request/fields.h"

int
user_name_field(json_t *v, void *out)
{
	return field_text(v, out) != 0 ||
		       account_name_misfit(json_string_value(v))
		   ? -1
		   : 0;
}

bool
user_seen_on(const struct call *call, int64_t site)
{
	return access_is_operator(call) || access_sees(&call->caller, site);
}

/* On how many of somebody's sites the caller administers. */
static uint32_t
seen_sites(const struct call *call, const struct store_account *a)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < a->n_grants; i++)
		n += user_seen_on(call, a->grants[i].site);
	return n;
}

bool
user_is_known(const struct call *call, const struct store_account *a)
{
	return access_is_operator(call) || seen_sites(call, a) > 0;
}

int
user_check_own(
    const struct call *call, const struct store_account *a, struct err *e)
{
	if (access_is_operator(call) ||
	    (!a->is_operator && seen_sites(call, a) == a->n_grants))
		return 0;
	return err_set(
	    e, ERR_SCOPE, "this user is of sites that you do not administer");
}

static json_t *
sites_to_json(const struct call *call, const struct store_account *a)
{
	json_t *list = json_array();
	struct site site;
	struct err e;

	for (uint32_t i = 0; i < a->n_grants; i++) {
		if (!user_seen_on(call, a->grants[i].site) ||
		    directory_site(call->worker->service->sites,
			a->grants[i].site, &site, &e) != 0)
			continue;
		json_array_append_new(
		    list, json_pack("{s:I, s:s, s:s}", "id",
			      (json_int_t)site.id, "name", site.name, "role",
			      account_role_name(a->grants[i].role)));
	}
	return list;
}

json_t *
user_to_json(const struct call *call, const struct store_account *a)
{
	return json_pack("{s:s, s:s?, s:o, s:b, s:b, s:o, s:o}", "name",
	    a->name, "role", a->is_operator ? "operator" : NULL, "sites",
	    sites_to_json(call, a), "password", a->password.n > 0, "totp",
	    a->totp.n > 0, "created_at", json_time(a->created_at_ms),
	    "link_expires_at", json_time(a->link_until_ms));
}

int
user_find(const struct call *call, struct account_found *out, struct err *e)
{
	struct account_query q = {
	    ACCOUNT_BY_NAME, form_unescape(call->id, &call->request->arena)};

	if (store_get_account(
		call->worker->reader, &q, &call->request->arena, out, e) != 0)
		return -1;
	if (!user_is_known(call, &out->account))
		return err_set(e, ERR_MISSING, "there is no such user");
	return 0;
}
