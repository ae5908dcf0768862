/*
 * The list of one site: its entries and what they were compiled to, in one
 * block. Never changes; a change makes another. Private to lists*.c.
 */
#ifndef EDGE_LISTS_SITE_H
#define EDGE_LISTS_SITE_H

#include "lists.h"
#include "regex.h"

struct compiled_list {
	struct site_list list; /* first */
	int64_t site;
	void *block;        /* all below lies in it, but for `regexes` */
	struct rule *rules; /* one an entry */
	const struct rules *matcher;
	struct regex_set *regexes;     /* NULL: none */
	uint32_t n_regexes, *regex_at; /* which entries they are */

	/* lists.c: who uses it, and the next one in its bucket */
	unsigned users;
	bool in_use;
	struct compiled_list *next;
};

/*
 * What `old` (may be NULL) becomes by a change; NULL as for lists_change.
 */
struct compiled_list *compiled_list_open(const struct compiled_list *old,
    const struct list_change *c, struct list_faults *f, struct err *e);
void compiled_list_close(struct compiled_list *l);

#endif
