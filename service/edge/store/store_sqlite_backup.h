/*
 * Copies of a store in SQLite, and back: the verbs of store_backup.h, by the
 * path of its file.
 */
#ifndef EDGE_STORE_SQLITE_BACKUP_H
#define EDGE_STORE_SQLITE_BACKUP_H

#include "store_backup.h"

int store_sqlite_back_up(const char *path, struct store_copy *c, struct err *e);
int store_sqlite_restore(const char *path, struct store_copy *c, struct err *e);

#endif
