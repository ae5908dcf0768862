#include "spare.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

enum { RESERVE_BYTES = 1 << 20, ALIGNMENT = 16 };

/* Filled from the front, and free again when all of it was given back. */
static struct {
	pthread_mutex_t lock;
	size_t used, blocks;
	_Alignas(ALIGNMENT) char bytes[RESERVE_BYTES];
} reserve = {.lock = PTHREAD_MUTEX_INITIALIZER};

static _Thread_local bool used;

void
spare_begin(void)
{
	used = false;
}

int
spare_used(void)
{
	return used;
}

static void *
take(size_t bytes)
{
	void *block = NULL;

	used = true;
	pthread_mutex_lock(&reserve.lock);
	if (bytes <= RESERVE_BYTES - reserve.used) {
		block = reserve.bytes + reserve.used;
		reserve.used += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
		reserve.blocks++;
	}
	pthread_mutex_unlock(&reserve.lock);
	return block;
}

static void
give(void)
{
	pthread_mutex_lock(&reserve.lock);
	if (--reserve.blocks == 0)
		reserve.used = 0;
	pthread_mutex_unlock(&reserve.lock);
}

void *
spare_malloc(size_t bytes)
{
	void *block = malloc(bytes);

	if (block == NULL && bytes > 0)
		block = take(bytes);
	return block;
}

void
spare_free(void *block)
{
	const char *at = block;

	if (at >= reserve.bytes && at < reserve.bytes + RESERVE_BYTES)
		give();
	else
		free(block);
}
