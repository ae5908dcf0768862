/*
 * /v1/audit: who did what. Operators see all, who administers sites what
 * happened there.
 */
#ifndef EDGE_AUDIT_H
#define EDGE_AUDIT_H

struct call;

void audit_list(const struct call *call);

/* On the operators' socket only, since it takes as long as the log is. */
void audit_verify(const struct call *call);

#endif
