/*
 * What is kept of one author, in the API: given out whole, and erased, also
 * from what the site lists, from what was learned, and from what proposals of
 * models quote.
 */
#ifndef EDGE_PERSON_H
#define EDGE_PERSON_H

#include "../request/service.h"

void person_export(const struct call *call);
void person_erase(const struct call *call);

#endif
