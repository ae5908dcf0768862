#include "command_orders.h"

#include <stddef.h>

#define SITE_COLUMNS  "id name"
#define ENTRY_COLUMNS "id effect kind value expires_at note"
#define KEY_COLUMNS   "id created_at state expires_at site scopes label"

static const char new_key[] = "API key: {value}\n";
static const char now_active[] = "{active} is active\n";

#define USER_COLUMNS "name role sites link_expires_at"

static const char user_link[] =
    "Review page: {link/url}\n"
    "It signs {name} in, once, until {link/expires_at}.\n";

static const char model_card[] =
    "{title}, {state}, sha256 {sha256}\n"
    "features {features}, fits: {fits}, {why}\n"
    "begun from: {card/from}; learned what was decided until "
    "{card/decided_until}\n"
    "spam: of {heads/spam/trained_on} rows; held from "
    "{heads/spam/cutoffs/hold} on, rejected from {heads/spam/cutoffs/reject}\n"
    "  AUC {figures/spam/auc}, {figures/spam/recall_at_0.5_percent} "
    "caught where 0.5 % of the good are stopped ({figures/spam/group})\n"
    "abuse: of {heads/abuse/trained_on} rows; held from "
    "{heads/abuse/cutoffs/hold} on, rejected from "
    "{heads/abuse/cutoffs/reject}\n"
    "  AUC {figures/abuse/auc}, {figures/abuse/recall_at_0.5_percent} "
    "caught where 0.5 % of the good are stopped ({figures/abuse/group})\n"
    "proposed: {proposal/verdict}\n";

#define COMPARED(level, side)                                                  \
	"  " #side ": caught {levels/" level "/" #side                         \
	"/recall} [{levels/" level "/" #side                                   \
	"/recall95}], good ones stopped {levels/" level "/" #side              \
	"/false_positives} [{levels/" level "/" #side "/false_positives95}]\n"
#define DUEL(level)                                                            \
	"  right alone: old {levels/" level "/mcnemar/only_old}, new "         \
	"{levels/" level "/mcnemar/only_new}; by chance p = "                  \
	"{levels/" level "/mcnemar/mid_p}\n"

static const char comparison[] =
    "{n} comments of {days} days, {decided} of them decided; {old} and {new} "
    "do\nthe same on {agreed}, {adapted} judged as their site's decisions "
    "have it; {known} more were decided, but one of the two may have learned "
    "them\n"
    "held or worse:\n" COMPARED("hold", old) COMPARED("hold", new)
	DUEL("hold") "rejected or worse:\n" COMPARED("reject", old)
	    COMPARED("reject", new) DUEL("reject");

static const char drift[] =
    "{model}: {state}; {now/n} comments beside {reference/n} of {source}, "
    "500 each are needed; most of all {worst}\n";

const struct order orders[] = {
    {
	.noun = "site",
	.verb = "add",
	.method = "POST",
	.path = "/v1/sites",
	.argument = "NAME",
	.member = "/name",
	.settings = "/settings",
	.columns = SITE_COLUMNS,
	.begins = true,
	.help = "make a site",
	.example = "moderatod site add \"my other blog\" --trust-after 5",
    },
    {
	.noun = "site",
	.verb = "list",
	.method = "GET",
	.path = "/v1/sites",
	.list = "sites",
	.columns = SITE_COLUMNS,
	.help = "list the sites",
    },
    {
	.noun = "site",
	.verb = "show",
	.method = "GET",
	.path = "/v1/sites/{}",
	.argument = "NAME",
	.help = "show a site and its settings",
    },
    {
	.noun = "site",
	.verb = "set",
	.method = "PATCH",
	.path = "/v1/sites/{}",
	.argument = "NAME",
	.fields = rename_fields,
	.settings = "/settings",
	.help = "change a site; \"none\" is the default again",
	.example = "moderatod site set default --retention-days 90",
    },
    {
	.noun = "site",
	.verb = "remove",
	.method = "DELETE",
	.path = "/v1/sites/{}",
	.argument = "NAME",
	.fields = remove_fields,
	.says = "site {id} is deleted\n",
	.help = "delete a site with all it has",
	.example = "moderatod site remove old --confirm old",
    },
    {
	.noun = "key",
	.verb = "add",
	.method = "POST",
	.path = "/v1/keys",
	.fields = key_fields,
	.says = new_key,
	.help =
	    "make an API key, or take over one; admin,operator: of all sites",
	.example = "moderatod key add --scopes check --label \"my blog\"",
    },
    {
	.noun = "key",
	.verb = "list",
	.method = "GET",
	.path = "/v1/keys",
	.fields = list_fields,
	.list = "keys",
	.columns = KEY_COLUMNS,
	.help = "list the keys; their values are never told again",
    },
    {
	.noun = "key",
	.verb = "rotate",
	.method = "POST",
	.path = "/v1/keys/{}:rotate",
	.argument = "ID",
	.fields = rotate_fields,
	.says = "API key: {value}\n"
		"The old value is valid until {replaces/expires_at}.\n",
	.help = "make a second value; the old one ends a day later",
	.example = "moderatod key rotate q1w2e3r4",
    },
    {
	.noun = "key",
	.verb = "revoke",
	.method = "DELETE",
	.path = "/v1/keys/{}",
	.argument = "ID",
	.says = "key {id} is revoked\n",
	.help = "end a key at once",
    },
    {
	.noun = "list",
	.verb = "add",
	.method = "POST",
	.path = "/v1/lists",
	.argument = "VALUE",
	.member = "/value",
	.fields = entry_fields,
	.columns = ENTRY_COLUMNS,
	.help = "allow, hold or block something",
	.example = "moderatod list add shop.example --kind host",
    },
    {
	.noun = "list",
	.verb = "list",
	.method = "GET",
	.path = "/v1/lists",
	.fields = entries_fields,
	.list = "entries",
	.columns = ENTRY_COLUMNS,
	.help = "list what a site lists, the newest first",
	.example = "moderatod list list --json > entries",
    },
    {
	.noun = "list",
	.verb = "remove",
	.method = "DELETE",
	.path = "/v1/lists/{}",
	.argument = "ID",
	.fields = of_site_fields,
	.columns = ENTRY_COLUMNS,
	.help = "delete an entry",
    },
    {
	.noun = "list",
	.verb = "import",
	.method = "POST",
	.path = "/v1/lists",
	.argument = "FILE",
	.rows = "/entries",
	.fields = of_site_fields,
	.list = "entries",
	.columns = ENTRY_COLUMNS,
	.help = "add up to 1000 entries, all or none: lines of JSON, or what "
		"list --json gave",
	.example = "moderatod list import entries --site other",
    },
    {
	.noun = "author",
	.verb = "export",
	.method = "POST",
	.path = "/v1/authors:export",
	.fields = author_fields,
	.list = "comments",
	.columns = "id received_at state author/name content",
	.help = "show what is kept of an author; with --json, all of it",
	.example = "moderatod author export --email ann@example.org --json",
    },
    {
	.noun = "author",
	.verb = "erase",
	.method = "POST",
	.path = "/v1/authors:erase",
	.fields = author_fields,
	.says = "{comments} comments, {labels} texts without one and {entries} "
		"entries of the list are erased, and {pages} pages that may "
		"quote them\n",
	.help = "erase what is kept of an author; it cannot be undone",
    },
    {
	.noun = "audit",
	.verb = "list",
	.method = "GET",
	.path = "/v1/audit",
	.fields = list_fields,
	.list = "entries",
	.columns = "number at actor action site subject",
	.help = "list who did what, the newest first",
    },
    {
	.noun = "audit",
	.verb = "verify",
	.method = "GET",
	.path = "/v1/audit:verify",
	.says = "{entries} entries are as they were written; the last one is "
		"{head}\n",
	.help = "hold the log against its hashes",
    },
    {
	.noun = "user",
	.verb = "add",
	.method = "POST",
	.path = "/v1/users",
	.argument = "NAME",
	.member = "/name",
	.fields = role_fields,
	.says = user_link,
	.help = "let somebody sign in, first by a one-time link",
	.example = "moderatod user add jammy --role moderator",
    },
    {
	.noun = "user",
	.verb = "list",
	.method = "GET",
	.path = "/v1/users",
	.fields = list_fields,
	.list = "users",
	.columns = USER_COLUMNS,
	.help = "list who may sign in",
    },
    {
	.noun = "user",
	.verb = "show",
	.method = "GET",
	.path = "/v1/users/{}",
	.argument = "NAME",
	.help = "show somebody",
    },
    {
	.noun = "user",
	.verb = "set",
	.method = "PATCH",
	.path = "/v1/users/{}",
	.argument = "NAME",
	.fields = user_fields,
	.help = "change what somebody is",
	.example = "moderatod user set jammy --role admin --sites default",
    },
    {
	.noun = "user",
	.verb = "link",
	.method = "POST",
	.path = "/v1/users/{}:link",
	.argument = "NAME",
	.says = user_link,
	.help = "make a one-time link, such as for a forgotten password",
    },
    {
	.noun = "user",
	.verb = "remove",
	.method = "DELETE",
	.path = "/v1/users/{}",
	.argument = "NAME",
	.says = "user {name} is deleted\n",
	.help = "end somebody's access at once",
    },
    {
	.noun = "webhook",
	.verb = "add",
	.method = "POST",
	.path = "/v1/webhooks",
	.argument = "URL",
	.member = "/url",
	.fields = new_webhook_fields,
	.says = "webhook {id}\nSecret: {secret}\n",
	.help = "tell an address what is held, decided and undone",
	.example = "moderatod webhook add https://blog.example/hook",
    },
    {
	.noun = "webhook",
	.verb = "list",
	.method = "GET",
	.path = "/v1/webhooks",
	.fields = whose_fields,
	.list = "webhooks",
	.columns = "id active failures url",
	.help = "list the webhooks",
    },
    {
	.noun = "webhook",
	.verb = "set",
	.method = "PATCH",
	.path = "/v1/webhooks/{}",
	.argument = "ID",
	.fields = webhook_fields,
	.help = "change a webhook",
    },
    {
	.noun = "webhook",
	.verb = "rotate",
	.method = "POST",
	.path = "/v1/webhooks/{}:rotate",
	.argument = "ID",
	.fields = whose_fields,
	.says = "Secret: {secret}\n",
	.help = "make a new secret; the old one signs, too, for a day",
    },
    {
	.noun = "webhook",
	.verb = "test",
	.method = "POST",
	.path = "/v1/webhooks/{}:test",
	.argument = "ID",
	.fields = whose_fields,
	.says = "a ping is on its way\n",
	.help = "send a ping",
    },
    {
	.noun = "webhook",
	.verb = "log",
	.method = "GET",
	.path = "/v1/webhooks/{}/deliveries",
	.argument = "ID",
	.fields = log_fields,
	.list = "deliveries",
	.cursor = "cursor",
	.columns = "id created_at type state attempts status error",
	.help = "list what it was told",
    },
    {
	.noun = "webhook",
	.verb = "replay",
	.method = "POST",
	.path = "/v1/deliveries/{}:replay",
	.argument = "DELIVERY",
	.fields = whose_fields,
	.says = "{id} is on its way\n",
	.help = "deliver one again",
    },
    {
	.noun = "webhook",
	.verb = "remove",
	.method = "DELETE",
	.path = "/v1/webhooks/{}",
	.argument = "ID",
	.fields = whose_fields,
	.says = "webhook {id} is deleted\n",
	.help = "delete a webhook and its log",
    },
    {
	.noun = "model",
	.verb = "list",
	.method = "GET",
	.path = "/v1/models",
	.list = "models",
	.columns = "name state previous fits title why",
	.help =
	    "list the models: name, state, whether a rollback leads to it,\n"
	    "    whether it fits this program, title, why it does not",
    },
    {
	.noun = "model",
	.verb = "show",
	.method = "GET",
	.path = "/v1/models/{}",
	.argument = "NAME",
	.says = model_card,
	.help = "show what a model is; with --json its whole card",
    },
    {
	.noun = "model",
	.verb = "compare",
	.method = "GET",
	.path = "/v1/models/{}/compare",
	.argument = "NAME",
	.fields = comparison_fields,
	.list = "items",
	.columns = "old/action new/action decision/kind site/name content",
	.says = comparison,
	.help = "set a model beside the active one, on what was judged of late",
	.example = "moderatod model compare mine --days 7",
    },
    {
	.noun = "model",
	.verb = "promote",
	.method = "POST",
	.path = "/v1/models/{}:promote",
	.argument = "NAME",
	.fields = promotion_fields,
	.says = now_active,
	.help = "make a model the active one, from the next comment on",
	.example = "moderatod model promote default",
    },
    {
	.noun = "model",
	.verb = "rollback",
	.method = "POST",
	.path = "/v1/models:rollback",
	.says = now_active,
	.help = "take the last promotion back",
    },
    {
	.noun = "model",
	.verb = "shadow",
	.method = "POST",
	.path = "/v1/models/{}:shadow",
	.argument = "NAME",
	.says = "{shadow} judges beside {active}\n",
	.help = "have a model judge along; nobody acts on what it says",
    },
    {
	.noun = "model",
	.verb = "unshadow",
	.method = "DELETE",
	.path = "/v1/models/{}/shadow",
	.argument = "NAME",
	.says = "{active} judges alone\n",
	.help = "end that",
    },
    {
	.noun = "model",
	.verb = "drift",
	.method = "GET",
	.path = "/v1/models/{}/drift",
	.argument = "NAME",
	.fields = drift_fields,
	.list = "measures",
	.columns = "name state psi",
	.says = drift,
	.help = "whether what it judges has changed: what may, a state, a PSI",
    },
    {NULL},
};
