/*
 * What those who watch are told, as events: a comment was held, or reported;
 * somebody decided, or took it back; somebody looks at a comment, or no more.
 */
#ifndef EDGE_NEWS_H
#define EDGE_NEWS_H

#include "../known/leases.h"
#include "../request/service.h"
#include "../store/store_reports.h"

/* After records were written. */
void news_of_records(struct service *s, const struct store_put *put);

/* After the first report of a published comment since somebody decided. */
void news_of_report(struct service *s, const struct report *r);

/* Decisions of one site and put that the caller made, or took back. */
struct news_of {
	const struct call *call;
	const struct decision *decisions;
	uint32_t n;
	bool undone;
};
void news_of_decisions(const struct news_of *w);

/* `by` NULL: nobody looks any more. */
void news_of_lease(struct service *s, const struct lease *l, const char *by);

#endif
