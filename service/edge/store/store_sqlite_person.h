/*
 * One person in SQLite: the verbs of store_person.h.
 */
#ifndef EDGE_STORE_SQLITE_PERSON_H
#define EDGE_STORE_SQLITE_PERSON_H

#include "store_person_ops.h"

extern const struct store_person_ops sqlite_person_ops;

#endif
