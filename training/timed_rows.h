/*
 * Rows of a corpus by some time of theirs: when they were written, or decided.
 */
#ifndef TRAINING_TIMED_ROWS_H
#define TRAINING_TIMED_ROWS_H

#include <stddef.h>
#include <stdint.h>

struct timed_row {
	int64_t at_ms;
	size_t row; /* its number in the corpus */
};

/* Sorts them by time, then as in the corpus. */
void timed_rows_sort(struct timed_row *rows, size_t n);

#endif
