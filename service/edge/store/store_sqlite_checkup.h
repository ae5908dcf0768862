/*
 * A look at a database in SQLite: store_checkup.h, by its path.
 */
#ifndef EDGE_STORE_SQLITE_CHECKUP_H
#define EDGE_STORE_SQLITE_CHECKUP_H

#include "store_checkup.h"

int store_sqlite_check_up(
    const char *path, struct store_checkup *out, struct err *e);
int store_sqlite_check_pages(
    const char *path, struct store_pages *p, struct err *e);
bool store_sqlite_is_copy(const char *path);

#endif
