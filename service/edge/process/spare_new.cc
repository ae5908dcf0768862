/* What C++ libraries allocate; the other forms of new and delete call these. */
#include <new>

#include "spare.h"

void *
operator new(size_t bytes)
{
	void *block = spare_malloc(bytes > 0 ? bytes : 1);

	if (block == NULL)
		throw std::bad_alloc();
	return block;
}

void
operator delete(void *block) noexcept
{
	spare_free(block);
}

void
operator delete(void *block, size_t) noexcept
{
	spare_free(block);
}
