/*
 * The orders of the administration: what `moderatod NOUN VERB …` asks of the
 * API, and how the answer is shown. A table, nothing more.
 */
#ifndef SERVICE_COMMAND_ORDERS_H
#define SERVICE_COMMAND_ORDERS_H

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

struct order {
	const char *noun, *verb;
	const char *method, *path; /* "{}" in it is the argument */
	const char *argument;      /* what follows the verb; NULL: nothing */
	const char *member;        /* takes it, if the path does not */
	const char *rows;          /* takes the rows of the file that it is */
	const struct order_field *fields; /* up to a NULL flag; or NULL */
	const char *settings; /* where those of a site go; NULL: nowhere */
	const char *list;     /* the answer's member of rows; NULL: it is one */
	const char *cursor;   /* what its query calls `next`; NULL: after */
	const char *columns;  /* what is shown of each, joined by blanks */
	const char *says;     /* instead: text with {member} in it */
	const char *help, *example;
};

/* Up to a NULL noun; those of a noun follow each other. */
extern const struct order orders[];

#endif
