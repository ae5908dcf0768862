#include "memory.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { APPEND_MIN = 16, HUGE_PAGE_BYTES = 2 << 20 };

/* Of blocks of a pool, which double: many pools hold a row or none. */
enum { POOL_BYTES_FIRST = 4 << 10, POOL_BYTES_MOST = 1 << 20 };

struct pool_block {
	struct pool_block *before;
	size_t size, used;
	_Alignas(max_align_t) char bytes[];
};

void
memory_fail(void)
{
	fputs("moderato-train: out of memory\n", stderr);
	exit(EXIT_FAILURE);
}

static void *
checked(void *p)
{
	if (p == NULL)
		memory_fail();
	return p;
}

void *
memory_new(size_t n, size_t size)
{
	return checked(calloc(n != 0 ? n : 1, size));
}

void *
memory_new_wide(size_t n, size_t size)
{
	size_t bytes = n * size;
	void *p = checked(aligned_alloc(HUGE_PAGE_BYTES,
	    (bytes + HUGE_PAGE_BYTES) / HUGE_PAGE_BYTES * HUGE_PAGE_BYTES));
	madvise(p, bytes, MADV_HUGEPAGE); /* only advice */
	return memset(p, 0, bytes);
}

void *
memory_grow(void *p, size_t n, size_t size)
{
	return checked(reallocarray(p, n != 0 ? n : 1, size));
}

void *
memory_append(void *p, size_t n, size_t size)
{
	if (n == 0)
		return memory_grow(p, APPEND_MIN, size);
	if (n < APPEND_MIN || (n & (n - 1)) != 0)
		return p;
	return memory_grow(p, 2 * n, size);
}

static struct pool_block *
pool_widen(struct pool *p, size_t n)
{
	size_t size = p->last != NULL ? 2 * p->last->size : POOL_BYTES_FIRST;
	if (size > POOL_BYTES_MOST)
		size = POOL_BYTES_MOST;
	if (size < n)
		size = n;
	struct pool_block *b = checked(malloc(sizeof(*b) + size));
	*b = (struct pool_block){.before = p->last, .size = size};
	p->last = b;
	return b;
}

struct span
pool_copy(struct pool *p, struct span s)
{
	struct pool_block *b = p->last;
	if (b == NULL || b->size - b->used <= s.n)
		b = pool_widen(p, s.n + 1);
	char *to = b->bytes + b->used;
	b->used += s.n + 1;
	if (s.n != 0)
		memcpy(to, s.p, s.n);
	to[s.n] = '\0';
	return (struct span){to, s.n};
}

/* The last block stays, unless it was made for something large. */
void
pool_reuse(struct pool *p)
{
	struct pool_block *b = p->last;
	if (b == NULL || b->size > POOL_BYTES_MOST) {
		pool_release(p);
		return;
	}
	p->last = b->before;
	pool_release(p);
	*b = (struct pool_block){.size = b->size};
	p->last = b;
}

void
pool_release(struct pool *p)
{
	while (p->last != NULL) {
		struct pool_block *b = p->last;
		p->last = b->before;
		free(b);
	}
}
