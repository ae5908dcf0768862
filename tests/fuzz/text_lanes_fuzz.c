/* A text read 16 glyphs at a time against the same read one by one. */
#include "text_lanes.h"

#include "input.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct lanes l;
	struct span source = input_of(data, size);

	require(lanes_tokens(&l, source) == NULL);
	require(lanes_ascii(&l, source) == NULL);
	return 0;
}
