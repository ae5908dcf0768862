/*
 * The files of service/ui as they were built: a table that pages_gen.sh makes.
 */
#ifndef EDGE_PAGES_TABLE_H
#define EDGE_PAGES_TABLE_H

#include "../core/span.h"

struct page {
	const char *name;
	const char *digest; /* of the bytes, 16 hex digits */
	struct span bytes, gzip;
};

extern const struct page pages_table[];
extern const size_t pages_table_n;

#endif
