/*
 * Arenas for targets. Each lies at the end of a room that stays from input to
 * input, poisoned but for what is handed out, so that going beyond it, or
 * back to it after it was dropped, shows as with a block of its own, while
 * the kernel need not find pages for each input.
 */
#ifndef FUZZ_ARENA_H
#define FUZZ_ARENA_H

#include <sanitizer/asan_interface.h>

#include "../../service/core/arena.h"
#include "input.h"

enum {
	ARENA_ROOMS = 2,            /* arenas open at once */
	ARENA_ROOM_BYTES = 4 << 20, /* larger ones have a block of their own */
	ARENA_ALIGN = 16,
	ARENA_FILLED = 4096, /* the first bytes, with what makes no sense */
};

struct arena_room {
	_Alignas(ARENA_ALIGN) unsigned char bytes[ARENA_ROOM_BYTES];
};

struct arena_rooms {
	struct arena_room of[ARENA_ROOMS];
	bool taken[ARENA_ROOMS];
	bool poisoned;
};

static inline struct arena_rooms *
arena_rooms(void)
{
	static struct arena_rooms rooms;

	if (!rooms.poisoned)
		ASAN_POISON_MEMORY_REGION(rooms.of, sizeof rooms.of);
	rooms.poisoned = true;
	return &rooms;
}

/* The room of what begins at `p`; -1: it has a block of its own. */
static inline int
arena_room_of(const struct arena_rooms *rooms, const unsigned char *p)
{
	for (int i = 0; i < ARENA_ROOMS; i++)
		if (p >= rooms->of[i].bytes &&
		    p <= rooms->of[i].bytes + ARENA_ROOM_BYTES)
			return i;
	return -1;
}

/* Where so many bytes begin. */
static inline unsigned char *
arena_take(size_t bytes)
{
	size_t whole = (bytes + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
	struct arena_rooms *rooms = arena_rooms();
	unsigned char *p;
	int i = 0;

	if (whole > ARENA_ROOM_BYTES)
		return malloc(bytes);
	while (i < ARENA_ROOMS && rooms->taken[i])
		i++;
	require(i < ARENA_ROOMS);
	rooms->taken[i] = true;
	p = rooms->of[i].bytes + (ARENA_ROOM_BYTES - whole);
	ASAN_UNPOISON_MEMORY_REGION(p, bytes);
	return p;
}

static inline void
arena_open(struct arena *a, size_t bytes)
{
	unsigned char *p = arena_take(bytes);

	require(p != NULL);
	memset(p, 0xbe, bytes < ARENA_FILLED ? bytes : ARENA_FILLED);
	arena_init(a, p, bytes);
}

static inline void
arena_drop(struct arena *a)
{
	struct arena_rooms *rooms = arena_rooms();
	int i = arena_room_of(rooms, a->base);

	if (i < 0) {
		free(a->base);
		return;
	}
	ASAN_POISON_MEMORY_REGION(a->base, a->size);
	rooms->taken[i] = false;
}

#endif
