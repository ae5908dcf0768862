#include "guid.h"

#include <string.h>

#include "../process/secrets.h"

void
guid_write(const char *ulid, char out[GUID_BYTES + 1])
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	unsigned __int128 value = 0;

	for (int i = 0; i < ULID_BYTES; i++)
		value =
		    value << 5 | (unsigned)(strchr(digits, ulid[i]) - digits);
	for (int i = GUID_BYTES; i-- > 0; value >>= 4)
		out[i] = "0123456789abcdef"[(unsigned)value & 15];
	out[GUID_BYTES] = '\0';
}
