/*
 * A page of lines of JSON in the making, for answers that are read by
 * programs: in the request's arena, of a limited number, and of not many more
 * bytes than a megabyte.
 */
#ifndef EDGE_LINES_H
#define EDGE_LINES_H

#include "../format/form.h"
#include "../format/json_out.h"
#include "../request/service.h"

enum { LINES_MAX = 500, LINES_BYTES = 1 << 20 };

struct lines {
	const struct call *call;
	struct form query;
	unsigned most; /* as the query's `limit` says */
	struct span *items;
	uint32_t n;
	size_t bytes;
	bool full; /* more would come after */
};

/* Begins a page as the query says. 0 or -1. */
int lines_begin(struct lines *l, const struct call *call, struct err *e);

/* Whether there is room for another; else the page is full. */
bool lines_room(struct lines *l);

/*
 * Adds what was written, p NULL: it did not fit, and the page is full.
 * Whether it was added.
 */
bool lines_add(struct lines *l, struct span line);

/* Answers; `next` is where more of them are, if the page is full. */
void lines_answer(const struct lines *l, const char *next);

#endif
