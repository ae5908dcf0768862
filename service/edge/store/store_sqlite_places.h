/*
 * Where modules keep their statements on a link, each from its place on and
 * before the next one's. The writer's link and those of readers have the
 * first places for themselves.
 */
#ifndef EDGE_STORE_SQLITE_PLACES_H
#define EDGE_STORE_SQLITE_PLACES_H

#include "store_sqlite_link.h"

enum {
	WRITER_PLACE_GROUP = 0,
	WRITER_PLACE_TALLY = 25,
	WRITER_PLACE_DRIFT = 26,
	WRITER_PLACE_CROWD = 29,
	WRITER_PLACE_SETTLE = 30,
	WRITER_PLACE_ONCE = 32,
	WRITER_PLACE_INDEX = 36,
	WRITER_PLACE_TIDY = 46,
	WRITER_PLACES = 60,

	READER_PLACE = 0,
	READER_PLACE_CAMPAIGNS = 20,
	READER_PLACE_FIND = 32,
	READER_PLACES = 60,

	PLACE_ARRIVAL = 60, /* of both */
};

/* That a module's statements, so many, have their places. */
#define SQLITE_PLACES(from, statements, next)                                  \
	_Static_assert((int)(from) + (int)(statements) <= (int)(next),         \
	    "each has its place")

#endif
