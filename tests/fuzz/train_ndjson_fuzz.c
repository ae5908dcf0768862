/* Any bytes as lines of JSON, Remark42's by the first byte or one's own. */
#include "import_rows.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = input_of(data, size);
	bool first = take_byte(&in) % 2 == 0;

	import_rows_check(first ? &import_remark42 : &import_ndjson, in);
	return 0;
}
