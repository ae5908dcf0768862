/*
 * When what could not be delivered is tried again: after seconds, minutes,
 * hours, for four days in all, never many at the same time. Pure.
 */
#ifndef EDGE_COURIER_RETRY_H
#define EDGE_COURIER_RETRY_H

#include <stdint.h>

/*
 * Milliseconds from the failure of attempt number `attempts` (from 1) to the
 * next, a fifth more or less by `random`; -1: it was the last one.
 */
int64_t courier_retry_ms(uint32_t attempts, uint32_t random);

/*
 * Who failed for half an hour: a webhook so often in a row, and then one
 * attempt in half an hour is all that its messages have; a callback, which
 * has none beside it, so often by itself.
 */
enum { COURIER_SLOW_FAILURES = 9, COURIER_SLOW_ATTEMPTS = 4 };

/*
 * How long a webhook is left alone, in milliseconds, after so many failures
 * in a row: not at all after the first ones, half an hour when it is slow.
 */
int64_t courier_pause_ms(uint32_t failures);

#endif
