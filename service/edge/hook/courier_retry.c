#include "courier_retry.h"

/* As the Standard Webhooks specification suggests. */
static const int64_t delays_s[] = {5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600,
    10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600};

enum { DELAYS = sizeof delays_s / sizeof *delays_s };

enum { PATIENCE = 3, PAUSE_FIRST_S = 30, PAUSE_MAX_S = 30 * 60 };

int64_t
courier_retry_ms(uint32_t attempts, uint32_t random)
{
	int64_t ms;

	if (attempts == 0 || attempts > DELAYS)
		return -1;
	ms = delays_s[attempts - 1] * 1000;
	return ms - ms / 5 + random % (uint32_t)(2 * ms / 5 + 1);
}

int64_t
courier_pause_ms(uint32_t failures)
{
	if (failures < PATIENCE)
		return 0;
	if (failures >= COURIER_SLOW_FAILURES)
		return PAUSE_MAX_S * INT64_C(1000);
	return (INT64_C(1000) * PAUSE_FIRST_S) << (failures - PATIENCE);
}
