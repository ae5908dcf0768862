#include "unicode.h"

#include "unicode_table.h"

static uint32_t
entry(uint32_t cp)
{
	if (cp >= UNICODE_LIMIT)
		return 0;
	return unicode_entries[unicode_blocks[cp >> UNICODE_BLOCK_BITS]]
			      [cp & (UNICODE_BLOCK - 1)];
}

struct unicode_point
unicode_point(uint32_t cp)
{
	uint32_t e = entry(cp);

	return (struct unicode_point){
	    .cp = cp,
	    .class_mask = (uint8_t)e,
	    .script = (uint8_t)(e >> UNICODE_SCRIPT_SHIFT),
	    .lookalike = e >> UNICODE_LOOKALIKE_SHIFT & 1,
	};
}

unsigned
unicode_fold(uint32_t cp, uint32_t out[UNICODE_FOLD_MAX])
{
	uint32_t at = entry(cp) >> UNICODE_FOLD_SHIFT;

	if (at == 0) {
		out[0] = cp;
		return 1;
	}
	for (uint32_t i = 0; i < unicode_pool[at]; i++)
		out[i] = unicode_pool[at + 1 + i];
	return unicode_pool[at];
}
