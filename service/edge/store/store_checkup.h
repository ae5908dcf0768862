/*
 * What a store is like, for whoever only looks: beside a service that uses it,
 * or while none does. Nothing is made, migrated, written or locked against
 * anybody. Needs no store that is open.
 */
#ifndef EDGE_STORE_CHECKUP_H
#define EDGE_STORE_CHECKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "../model/model_folder.h"

struct store_checkup {
	/* free where it is, or will be; -1: there is no such folder */
	int64_t free_bytes;
	int64_t least_bytes; /* free, that comments are taken */
	bool there; /* false: there is none, and nothing below is said */
	bool used;  /* some process has it open */
	int64_t bytes, log_bytes;
	/* models by names of folders: in use, beside it, before it; "": none,
	 * and the active one is the standard */
	char active[MODEL_FOLDER_BYTES_MAX + 1];
	char challenger[MODEL_FOLDER_BYTES_MAX + 1];
	char previous[MODEL_FOLDER_BYTES_MAX + 1];
	int version, known; /* of its tables; below `known` ends here: */
	int64_t newest_ms;  /* of comments; 0: there is none */
	uint64_t mark;      /* of its secret, see store_admin.h; 0: not noted */
	bool others;        /* not noted, as the last start had another one */
	int sites, keys;    /* that hold now */
	int checking;       /* of these keys: may have comments judged */
};

/*
 * Looks at all but its pages. 0, or -1: ERR_DOWN, it cannot be read, or is
 * damaged; ERR_INPUT, it is none of ours, or of a newer version.
 */
int store_check_up(const char *uri, struct store_checkup *out, struct err *e);

/* The file of a store, or NULL: it is not in one. */
const char *store_file(const char *uri);

struct store_pages {
	bool deep;           /* each index against its table, too */
	int64_t patience_ms; /* then it ends; 0: never */
	bool whole;          /* out: it came to the end */
};

/* Looks at its pages, of which a log beside it keeps all meanwhile. 0, or -1
 * as above, ERR_DOWN with what is damaged. The store must be there. */
int store_check_pages(const char *uri, struct store_pages *p, struct err *e);

/* Whether the file is a store, or a copy of one, by its first bytes. */
bool store_is_copy(const char *path);

#endif
