/*
 * One person in SQLite: the verbs of store_person.h.
 */
#ifndef EDGE_STORE_SQLITE_PERSON_H
#define EDGE_STORE_SQLITE_PERSON_H

#include "store_person.h"

int sqlite_find_person(
    struct store_reader *r, struct store_person_page *p, struct err *e);
int sqlite_erase(struct store *s, struct store_erasure *x, struct err *e);

#endif
