/*
 * /v1/sites: the sites of an installation. Operators see and change all;
 * who administers a site, its own.
 */
#ifndef EDGE_SITES_H
#define EDGE_SITES_H

struct call;

void sites_list(const struct call *call);
void sites_add(const struct call *call);
void sites_get(const struct call *call);
void sites_set(const struct call *call);

/* Deletes a site with all it has, once ?confirm= says its name. */
void sites_drop(const struct call *call);

#endif
