/* Any bytes as a database of Isso. */
#include "import_rows.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	import_rows_check(&import_isso, input_of(data, size));
	return 0;
}
