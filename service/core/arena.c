#include "arena.h"

#include <stdint.h>

enum { ALIGN = 16 };

void
arena_init(struct arena *a, void *block, size_t size)
{
	*a = (struct arena){.base = block, .size = size};
}

void *
arena_alloc(struct arena *a, size_t bytes)
{
	size_t at = (a->used + ALIGN - 1) & ~(size_t)(ALIGN - 1);

	if (at > a->size || bytes > a->size - at)
		return NULL;
	a->used = at + bytes;
	return a->base + at;
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	void *p;

	if (size != 0 && n > SIZE_MAX / size)
		return NULL;
	p = arena_alloc(a, n * size);
	return p == NULL ? NULL : memset(p, 0, n * size);
}

struct span
arena_copy(struct arena *a, struct span s)
{
	char *p = s.n < SIZE_MAX ? arena_alloc(a, s.n + 1) : NULL;

	if (p == NULL)
		return (struct span){NULL, 0};
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return (struct span){p, s.n};
}

void
arena_rewind(struct arena *a, size_t used)
{
	a->used = used;
}
