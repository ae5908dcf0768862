#include "blocks.h"

#include <sys/mman.h>

/* An arena that was rewound does not say how far it was used: now and then
 * a block is trimmed whatever it says. */
enum { TRIM_EVERY = 64, LOOK_MS = 1000 };

struct block {
	struct block *next;
};

void
blocks_init(struct blocks *b, size_t pooled_bytes)
{
	*b = (struct blocks){.pooled_bytes = pooled_bytes};
}

/* Unmaps `n` of the free blocks. */
static void
unmap(struct blocks *b, unsigned n)
{
	struct block *next;

	for (b->kept -= n; n > 0; n--, b->free = next) {
		next = b->free->next;
		munmap(b->free, b->pooled_bytes);
	}
}

void
blocks_release(struct blocks *b)
{
	unmap(b, b->kept);
}

/* Makes `a` an arena of `bytes` in a new block of `block_bytes`. */
static int
map(size_t block_bytes, size_t bytes, struct arena *a)
{
	void *p = mmap(NULL, block_bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return -1;
	arena_init(a, p, bytes);
	return 0;
}

int
blocks_take(struct blocks *b, size_t bytes, struct arena *a)
{
	void *p = b->free;

	if (bytes > b->pooled_bytes)
		return map(bytes, bytes, a);
	if (p == NULL)
		return map(b->pooled_bytes, bytes, a);
	b->free = b->free->next;
	if (--b->kept < b->spare)
		b->spare = b->kept;
	arena_init(a, p, bytes);
	return 0;
}

int
blocks_map(const struct blocks *b, size_t bytes, struct arena *a)
{
	/* by its size it is known that it is not pooled */
	if (bytes <= b->pooled_bytes)
		bytes = b->pooled_bytes + 1;
	return map(bytes, bytes, a);
}

/* Gives the pages of a free block beyond BLOCKS_RESIDENT back. */
static void
trim(const struct blocks *b, void *block)
{
	if (b->pooled_bytes > BLOCKS_RESIDENT)
		madvise((char *)block + BLOCKS_RESIDENT,
		    b->pooled_bytes - BLOCKS_RESIDENT, MADV_DONTNEED);
}

void
blocks_give(struct blocks *b, struct arena *a)
{
	struct block *block = (struct block *)a->base;

	if (block == NULL)
		return;
	if (a->size > b->pooled_bytes) {
		munmap(block, a->size);
	} else {
		if (a->used > BLOCKS_RESIDENT || ++b->given % TRIM_EVERY == 0)
			trim(b, block);
		block->next = b->free;
		b->free = block;
		b->kept++;
	}
	arena_init(a, NULL, 0);
}

int
blocks_turn(struct blocks *b, int64_t now_ms)
{
	unsigned most;

	if (b->kept <= BLOCKS_KEPT_LEAST)
		return -1;
	if (now_ms < b->look_ms)
		return (int)(b->look_ms - now_ms);
	most = b->kept - BLOCKS_KEPT_LEAST;
	unmap(b, b->spare < most ? b->spare : most);
	b->spare = b->kept;
	b->look_ms = now_ms + LOOK_MS;
	return LOOK_MS;
}
