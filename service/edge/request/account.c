#include "account.h"

#include <stdio.h>
#include <strings.h>

enum { NAME_MIN = 2 };

static const struct {
	const char *name;
	unsigned scopes;
} roles[ROLES] = {
    [ROLE_NONE] = {"none", 0},
    [ROLE_VIEWER] = {"viewer", SCOPE_VIEW},
    [ROLE_MODERATOR] = {"moderator", SCOPE_VIEW | SCOPE_MODERATE},
    [ROLE_ADMIN] = {"admin", SCOPES_ALL & ~SCOPE_OPERATOR},
    [ROLE_OPERATOR] = {"operator", SCOPES_ALL},
};

/* Who else acts, in the audit log and in decisions. */
static const char *const ours[] = {"campaign", "engine", "import", "moderator",
    "moderatod", "operator", "readers", "service", "system"};

bool
account_name_misfit(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._@-";
	size_t n = strlen(name);

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (strcasecmp(name, ours[i]) == 0)
			return true;
	return n < NAME_MIN || n > ACCOUNT_NAME_MAX || name[0] == '-' ||
	       strspn(name, allowed) != n;
}

const char *
account_role_name(enum role r)
{
	return roles[r < ROLES ? r : ROLE_NONE].name;
}

enum role
account_role_named(const char *name)
{
	int i = 0;

	while (i < ROLES && strcmp(roles[i].name, name) != 0)
		i++;
	return (enum role)i;
}

unsigned
account_scopes(enum role r)
{
	return roles[r < ROLES ? r : ROLE_NONE].scopes;
}

enum role
account_role(const struct store_account *a)
{
	enum role most = a->is_operator ? ROLE_OPERATOR : ROLE_NONE;

	for (uint32_t i = 0; i < a->n_grants; i++)
		if (a->grants[i].role > most)
			most = a->grants[i].role;
	return most;
}

void
account_make_link(struct store_account *a, int64_t until_ms,
    char token[SECRETS_TOKEN_BYTES + 1])
{
	secrets_token(token);
	secrets_hash(span_of(token), a->link);
	a->link_until_ms = until_ms;
}

bool
account_link_holds(const struct store_account *a, int64_t now_ms)
{
	return a->link_until_ms > now_ms &&
	       a->link_until_ms - now_ms <= ACCOUNT_LINK_MS + CLOCK_STEP_MS;
}

void
account_end_link(struct store_account *a)
{
	memset(a->link, 0, sizeof(a->link));
	a->link_until_ms = 0;
}

/* A role on a site that is stored may not make an operator. */
static unsigned
scopes_of(const struct store_grant *g)
{
	return account_scopes(g->role) & ~SCOPE_OPERATOR;
}

int
account_caller(
    const struct store_account *a, struct arena *arena, struct caller *c)
{
	struct grant *grants;

	*c = (struct caller){.settings = site_settings_default()};
	snprintf(c->key, sizeof(c->key), "%s", a->name);
	snprintf(c->label, sizeof(c->label), "%s", a->name);
	if (a->is_operator) {
		c->scopes = SCOPES_ALL;
		return 0;
	}
	grants = arena_array(arena, a->n_grants + 1, sizeof(*grants));
	if (grants == NULL)
		return -1;
	for (uint32_t i = 0; i < a->n_grants; i++) {
		grants[i] =
		    (struct grant){a->grants[i].site, scopes_of(&a->grants[i])};
		c->scopes |= grants[i].scopes;
	}
	c->grants = grants;
	c->n_grants = a->n_grants;
	return 0;
}
