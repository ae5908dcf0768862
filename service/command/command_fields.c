#include "command_fields.h"

#include <stddef.h>

/* The site that an order is about. */
#define OF_SITE(help)                                                          \
	{                                                                      \
		"site", ORDER_QUERY, "site", NULL,                             \
		    help " (the only one there is)"                            \
	}

const struct order_field promotion_fields[] = {
    {"force", ORDER_QUERY, "force", NULL,
	"yes: whatever the gold set and its proposal say"},
    {NULL},
};

const struct order_field rename_fields[] = {
    {"name", ORDER_TEXT, "/name", NULL, "a new name"}, {NULL}};

const struct order_field remove_fields[] = {
    {"confirm", ORDER_QUERY, "confirm", NULL, "the site's name again"}, {NULL}};

const struct order_field list_fields[] = {
    {"site", ORDER_QUERY, "site", NULL, "only this site's"}, {NULL}};

const struct order_field key_fields[] = {
    OF_SITE("whose key it is"),
    {"scopes", ORDER_LIST, "/scopes", "check,feedback",
	"view, check, feedback, moderate, admin, operator"},
    {"label", ORDER_TEXT, "/label", NULL, "for people to read"},
    {"style", ORDER_TEXT, "/style", NULL, "long, or akismet: 12 hex digits"},
    {"value", ORDER_TEXT, "/value", NULL, "a key that clients have already"},
    {"expires-at", ORDER_TEXT, "/expires_at", NULL,
	"a time, such as 2027-01-01T00:00:00Z"},
    {NULL},
};

const struct order_field rotate_fields[] = {
    {"style", ORDER_TEXT, "/style", NULL, "of the new value (the old one's)"},
    {"value", ORDER_TEXT, "/value", NULL, "the new value"},
    {"expires-at", ORDER_TEXT, "/expires_at", NULL,
	"when the old value ends (24 hours from now)"},
    {NULL},
};

const struct order_field entry_fields[] = {
    OF_SITE("whose list"),
    {"kind", ORDER_TEXT, "/kind", "phrase",
	"author, email, ip, host, phrase, thread, regex"},
    {"effect", ORDER_TEXT, "/effect", "block", "allow, hold, block"},
    {"note", ORDER_TEXT, "/note", NULL, "for people to read"},
    {"expires-at", ORDER_TEXT, "/expires_at", NULL,
	"a time, such as 2027-01-01T00:00:00Z"},
    {NULL},
};

const struct order_field entries_fields[] = {
    OF_SITE("whose list"),
    {"kind", ORDER_QUERY, "kind", NULL, "only these"},
    {"effect", ORDER_QUERY, "effect", NULL, "only these"},
    {"q", ORDER_QUERY, "q", NULL, "in the value or the note"},
    {NULL},
};

const struct order_field of_site_fields[] = {
    OF_SITE("whose list"),
    {NULL},
};

#define WEBHOOK_EVENTS "of comment.held, comment.decided, comment.undone"

const struct order_field whose_fields[] = {
    OF_SITE("whose webhook it is"), {NULL}};

const struct order_field new_webhook_fields[] = {
    OF_SITE("whose webhook it is"),
    {"events", ORDER_LIST, "/events", NULL, WEBHOOK_EVENTS},
    {"secret", ORDER_TEXT, "/secret", NULL, "whsec_…, if there is one already"},
    {NULL},
};

const struct order_field webhook_fields[] = {
    OF_SITE("whose webhook it is"),
    {"url", ORDER_TEXT, "/url", NULL, "where it leads"},
    {"events", ORDER_LIST, "/events", NULL, WEBHOOK_EVENTS},
    {"active", ORDER_VALUE, "/active", NULL, "yes or no"},
    {NULL},
};

const struct order_field log_fields[] = {
    OF_SITE("whose webhook it is"),
    {"limit", ORDER_QUERY, "limit", NULL, "how many, 200 at most (50)"},
    {"cursor", ORDER_QUERY, "cursor", NULL, "an id: only those before it"},
    {NULL},
};

#define ROLE                                                                   \
	{"role", ORDER_TEXT, "/role", NULL,                                    \
	    "viewer, moderator, admin, none; operator: all"},                  \
	{                                                                      \
		"sites", ORDER_LIST, "/sites", NULL,                           \
		    "where; the only site if there is one"                     \
	}

const struct order_field role_fields[] = {ROLE, {NULL}};
const struct order_field user_fields[] = {
    ROLE,
    {"totp", ORDER_VALUE, "/totp", NULL, "no: forget the authenticator"},
    {NULL},
};

const struct order_field author_fields[] = {
    OF_SITE("of which site"),
    {"email", ORDER_TEXT, "/email", NULL, "the mail address"},
    {"id", ORDER_TEXT, "/id", NULL, "what the engine calls the author"},
    {"comment", ORDER_TEXT, "/comment", NULL, "the id of one comment alone"},
    {NULL},
};

const struct order_field drift_fields[] = {
    {"days", ORDER_QUERY, "days", NULL, "of so many days (7)"},
    {NULL},
};

const struct order_field comparison_fields[] = {
    {"days", ORDER_QUERY, "days", NULL, "of so many days (30)"},
    {"limit", ORDER_QUERY, "limit", NULL, "so many comments at most (2000)"},
    {"site", ORDER_QUERY, "site", NULL, "only this site's"},
    {NULL},
};
