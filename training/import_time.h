/*
 * Times as other systems write them. Owns nothing.
 */
#ifndef TRAINING_IMPORT_TIME_H
#define TRAINING_IMPORT_TIME_H

#include <stdint.h>

#include "../service/core/span.h"

/*
 * Milliseconds since 1970 of an ISO 8601 date or time, with `T` or a blank
 * between the two, UTC or with an offset; or of digits, which are seconds or,
 * where that would be after the year 5000, milliseconds. 0 for an empty value
 * and for a date of zeros, which says nothing; -1 for anything else.
 */
int64_t import_time_ms(struct span s);

#endif
