/*
 * What readers report of comments: /v1/comments/{id}/reports. Engines pass
 * reports on; enough of them take a comment back, where its site wants that.
 */
#ifndef EDGE_REPORTS_H
#define EDGE_REPORTS_H

struct call;

/* POST: one reader's. */
void reports_add(const struct call *call);

/* GET: all about a comment. */
void reports_get(const struct call *call);

#endif
