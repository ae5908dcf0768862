/*
 * How a code point folds and what class it has, said with ICU. Only
 * unicode_gen.c, which makes the tables, and the test that checks them use
 * this; the daemon has the tables instead.
 */
#ifndef CORE_ICU_GEN_H
#define CORE_ICU_GEN_H

#include <stdbool.h>
#include <stdint.h>

#include "unicode.h"

struct icu; /* what was opened of ICU */

struct icu_fold {
	uint32_t points[UNICODE_FOLD_MAX];
	uint32_t n;
	bool lookalike;
};

/* Opens what folding needs; NULL when ICU lacks its data. */
struct icu *icu_open(void);
void icu_close(struct icu *icu);

/* What `cp` folds to, as unicode_fold promises. */
struct icu_fold icu_fold(const struct icu *icu, uint32_t cp);

/* The UNICODE_* bits and the script of `cp`. */
uint32_t icu_class(uint32_t cp);
uint32_t icu_script(uint32_t cp);

#endif
