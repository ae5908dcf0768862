/*
 * Hosts of web addresses as browsers read them (URL Standard): behind the last
 * '@', with escapes and blanks that do not show. The links of a text (text.h)
 * are what people see and what features are of; these are where one is led to.
 * Knows nothing of lists. Private to rules*.c and leads.c.
 */
#ifndef CORE_RULES_URLS_H
#define CORE_RULES_URLS_H

#include "arena.h"
#include "markup.h"
#include "text.h"

struct url_host {
	struct span host; /* until the next is read; empty: nobody can tell */
	struct text_range source;
};

/* A source on its way; at most `at` of it is read. */
struct urls {
	struct markup markup;
	size_t at;
	struct attributes pending; /* of the tag in front of it */
	char *host; /* as long as the source, so that any host fits */
};

/* Begins to read `source`, which is borrowed: 0, or -1: the arena is full. */
int urls_open(struct urls *u, struct span source, enum comment_format format,
    struct arena *a);

/* The next address that has a scheme or is of a tag; false: no more. Reading
 * all is linear in the source. */
bool urls_next(struct urls *u, struct url_host *out);

/* Whether tags may have been left unread, which would lead anywhere. */
bool urls_gave_up(const struct urls *u);

/* The whole source as one address, which may lack its scheme. */
bool urls_whole(struct urls *u, struct url_host *out);

#endif
