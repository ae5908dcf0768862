/*
 * Prints build/gen/unicode_table.c: all that unicode.h knows of each code
 * point, worked out with ICU when the project is built.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "icu_gen.h"
#include "unicode_table.h"

enum { POOL_MAX = 1 << (32 - UNICODE_FOLD_SHIFT), BLOCKS_MAX = 2048 };

struct tables {
	uint16_t blocks[UNICODE_LIMIT >> UNICODE_BLOCK_BITS];
	uint32_t entries[BLOCKS_MAX][UNICODE_BLOCK];
	uint32_t n_blocks;
	uint32_t pool[POOL_MAX];
	uint32_t n_pool;
};

static void
die(const char *what)
{
	fprintf(stderr, "unicode_gen: %s\n", what);
	exit(1);
}

/* Where the pool has the sequence, which is added if it has not. */
static uint32_t
pool_index(struct tables *t, const struct icu_fold *f)
{
	for (uint32_t at = 1; at < t->n_pool; at += 1 + t->pool[at])
		if (t->pool[at] == f->n &&
		    memcmp(&t->pool[at + 1], f->points, f->n * 4) == 0)
			return at;
	if (t->n_pool + 1 + f->n > POOL_MAX)
		die("the pool is full");
	uint32_t at = t->n_pool;
	t->pool[at] = f->n;
	memcpy(&t->pool[at + 1], f->points, f->n * 4);
	t->n_pool += 1 + f->n;
	return at;
}

static uint32_t
entry_of(struct tables *t, const struct icu *icu, uint32_t cp)
{
	struct icu_fold f = icu_fold(icu, cp);
	uint32_t e = icu_class(cp) | icu_script(cp) << UNICODE_SCRIPT_SHIFT;

	e |= (uint32_t)f.lookalike << UNICODE_LOOKALIKE_SHIFT;
	if (f.n != 1 || f.points[0] != cp)
		e |= pool_index(t, &f) << UNICODE_FOLD_SHIFT;
	return e;
}

static uint16_t
block_index(struct tables *t, const uint32_t block[UNICODE_BLOCK])
{
	for (uint32_t i = 0; i < t->n_blocks; i++)
		if (memcmp(t->entries[i], block, sizeof t->entries[i]) == 0)
			return (uint16_t)i;
	if (t->n_blocks == BLOCKS_MAX)
		die("too many different blocks");
	memcpy(t->entries[t->n_blocks], block, sizeof t->entries[0]);
	return (uint16_t)t->n_blocks++;
}

static void
fill(struct tables *t, const struct icu *icu)
{
	uint32_t block[UNICODE_BLOCK];

	t->n_pool = 1; /* 0 means "folds to itself" */
	for (uint32_t cp = 0; cp < UNICODE_LIMIT; cp += UNICODE_BLOCK) {
		for (uint32_t i = 0; i < UNICODE_BLOCK; i++)
			block[i] = entry_of(t, icu, cp + i);
		t->blocks[cp >> UNICODE_BLOCK_BITS] = block_index(t, block);
	}
}

static void
print(const struct tables *t)
{
	puts("/* made by unicode_gen.c, do not edit */");
	puts("#include \"unicode_table.h\"");
	puts("const uint16_t unicode_blocks"
	     "[UNICODE_LIMIT >> UNICODE_BLOCK_BITS] = {");
	for (uint32_t i = 0; i < UNICODE_LIMIT >> UNICODE_BLOCK_BITS; i++)
		printf("%u,%s", t->blocks[i], i % 16 == 15 ? "\n" : "");
	puts("};\nconst uint32_t unicode_entries[][UNICODE_BLOCK] = {");
	for (uint32_t b = 0; b < t->n_blocks; b++) {
		putchar('{');
		for (uint32_t i = 0; i < UNICODE_BLOCK; i++)
			printf(
			    "%u,%s", t->entries[b][i], i % 8 == 7 ? "\n" : "");
		puts("},");
	}
	puts("};\nconst uint32_t unicode_pool[] = {");
	for (uint32_t i = 0; i < t->n_pool; i++)
		printf("%u,%s", t->pool[i], i % 8 == 7 ? "\n" : "");
	puts("};");
}

int
main(void)
{
	static struct tables t;
	struct icu *icu = icu_open();

	if (icu == NULL)
		die("ICU has no data");
	fill(&t, icu);
	icu_close(icu);
	print(&t);
	return ferror(stdout) || fflush(stdout) != 0;
}
