/*
 * How much room the disk has left for a store, and a reserve: a file beside
 * the database, taken in time, that is given up when the disk is full. Then no
 * comments are taken, but what makes room again, and whoever sees to that, is
 * let in.
 */
#ifndef EDGE_STORE_SQLITE_ROOM_H
#define EDGE_STORE_SQLITE_ROOM_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

struct sqlite_room {
	const char *database;                     /* its path, borrowed */
	char path[PATH_MAX + sizeof(".reserve")]; /* of the reserve */
	bool held;                                /* the reserve is there */
	bool plenty;        /* at the last look: room for comments */
	int64_t look_at_ms; /* monotonic: not before */
};

/* For the database at `path`; nothing is looked at yet. */
void sqlite_room_init(struct sqlite_room *r, const char *path);

/* Whether there is room for comments; looks now and then. Takes the reserve
 * when room begins to be short. */
bool sqlite_room_is_plenty(struct sqlite_room *r, int64_t now_ms);

/* How much has to be free for that. */
unsigned sqlite_room_wanted_mib(const struct sqlite_room *r);

/* The disk turned out to be full: gives the reserve up, and looks anew. */
void sqlite_room_give_up(struct sqlite_room *r);

#endif
