/*
 * The flags of the orders, up to a NULL one each.
 */
#ifndef SERVICE_COMMAND_FIELDS_H
#define SERVICE_COMMAND_FIELDS_H

/* How the value of a flag becomes a part of the request. */
enum order_kind {
	ORDER_TEXT,  /* a string */
	ORDER_VALUE, /* a number, yes, no, none; else a string */
	ORDER_LIST,  /* strings, joined by commas */
	ORDER_QUERY, /* of the query, not of the body */
};

struct order_field {
	const char *flag; /* without dashes */
	enum order_kind kind;
	const char *at;       /* "/settings/held", or a name in the query */
	const char *fallback; /* NULL: nothing is said */
	const char *help;
};

extern const struct order_field promotion_fields[], rename_fields[],
    remove_fields[], list_fields[], key_fields[], rotate_fields[],
    entry_fields[], entries_fields[], of_site_fields[], whose_fields[],
    new_webhook_fields[], webhook_fields[], log_fields[], role_fields[],
    user_fields[], author_fields[], comparison_fields[], drift_fields[];

#endif
