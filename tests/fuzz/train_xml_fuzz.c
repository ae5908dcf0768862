/* Any bytes as an export in XML, by the first byte of WordPress or of Disqus.
 */
#include "import_rows.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = input_of(data, size);
	bool first = take_byte(&in) % 2 == 0;

	import_rows_check(first ? &import_wxr : &import_disqus, in);
	return 0;
}
