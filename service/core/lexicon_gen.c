/*
 * Prints build/gen/lexicon_table.c: the phrases and stems (`idiot*`) of the
 * files named, one a line, as the hashes that the core has of them; `[.earn
 * en]` begins those of a kind. Lines that are empty or begin with # are passed
 * over, and so are ideographs that stand alone, for they are tokens of other
 * words, too.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "features_sink.h"
#include "lexicon_stems.h"
#include "lexicon_table.h"
#include "unicode.h"

enum {
	ARENA_BYTES = 1 << 16,
	TOKENS_MAX = 24,
	PHRASES_MAX = LEXICON_CELLS / 8 * 7
};

/* The core that is linked looks for phrases, too, and finds none. */
const unsigned char lexicon_cells[LEXICON_CELLS * LEXICON_CELL_BYTES + 1];
const struct lexicon_marks lexicon_firsts[1 << LEXICON_FIRSTS_LOG2],
    lexicon_others[1 << LEXICON_OTHERS_LOG2],
    lexicon_starts[1 << LEXICON_STARTS_LOG2];

static unsigned char cells[sizeof(lexicon_cells)];
static struct lexicon_marks firsts[1 << LEXICON_FIRSTS_LOG2],
    others[1 << LEXICON_OTHERS_LOG2], starts[1 << LEXICON_STARTS_LOG2];
static uint32_t n_phrases;

static void
die(const char *path, const char *what)
{
	fprintf(stderr, "lexicon_gen: %s: %s\n", path, what);
	exit(1);
}

/* Which of two kinds a phrase has that is given both: the first, but an insult
 * may be more than that. */
static bool
goes_before(enum lexicon_kind a, enum lexicon_kind b)
{
	if (lexicon_insults(a) && lexicon_insults(b))
		return a > b;
	return a < b;
}

static void
mark(struct lexicon_marks *at, uint64_t bits, bool ends)
{
	*(ends ? &at->ends : &at->goes_on) |= bits;
}

static void
mark_first(uint64_t hash, bool ends)
{
	mark(&firsts[lexicon_firsts_at(hash)], lexicon_bits(hash), ends);
}

static void
mark_other(uint64_t hash, bool ends)
{
	mark(&others[lexicon_others_at(hash)], lexicon_bits(hash), ends);
}

/* A stem of `n` points, of which `begun` are the first `least`. */
static void
mark_start(uint64_t begun, const uint32_t *points, uint32_t least, uint32_t n)
{
	struct lexicon_marks *at = &starts[lexicon_starts_at(begun)];

	if (n > least)
		begun = lexicon_begin_longer(begun, points[least]);
	mark(at, lexicon_starts_bits(begun), n == least);
}

/* Puts in what was read to its end. */
static void
put(uint64_t hash, enum lexicon_kind kind)
{
	size_t at = lexicon_place(cells, hash);
	uint32_t cell = lexicon_cell_at(cells, at);

	n_phrases += cell == 0;
	if (cell != 0 && !goes_before(kind, lexicon_kind_of(cell)))
		return;
	cell = lexicon_cell(hash, kind);
	memcpy(cells + at * LEXICON_CELL_BYTES, &cell, LEXICON_CELL_BYTES);
}

/* NULL, or what is wrong with the phrase. */
static const char *
add_phrase(const struct text *t, enum lexicon_kind kind)
{
	static uint64_t words[TOKENS_MAX + 2], shapes[TOKENS_MAX + 2];
	struct token_values v = {words, shapes};
	uint64_t hash;

	if (t->n_tokens > TOKENS_MAX)
		return "too long";
	if (t->n == 1 &&
	    unicode_point(t->points[0]).class_mask & UNICODE_IDEOGRAPH)
		return NULL;
	features_values(&v, t);
	hash = lexicon_step(0, v.words[1]);
	mark_first(hash, t->n_tokens == 1);
	for (uint32_t i = 2; i <= t->n_tokens; i++) {
		hash = lexicon_step(hash, v.words[i]);
		mark_other(hash, i == t->n_tokens);
	}
	put(hash, kind);
	return NULL;
}

static const char *
add_stem(const struct text *t, enum lexicon_kind kind)
{
	uint32_t i = lexicon_stem_least(t->points);
	uint64_t begun = lexicon_begin(t->points, i);
	uint64_t hash = lexicon_step(begun, 0);

	if (t->n_tokens != 1)
		return "a stem is of one word";
	if (t->n < i)
		return "too short for a stem";
	mark_start(begun, t->points, i, t->n);
	for (; i < t->n; i++) {
		mark_other(hash, false);
		hash = lexicon_step(hash, t->points[i]);
	}
	mark_other(hash, true);
	put(hash, kind);
	return NULL;
}

/* NULL, or what is wrong with the line: a phrase, or a stem and a star. */
static const char *
add(const char *line, enum lexicon_kind kind, struct arena *a)
{
	struct span source = span_of(line);
	bool stem = source.p[source.n - 1] == '*';
	const char *fault;
	struct text t;

	source.n -= stem;
	arena_rewind(a, 0);
	if (text_normalise(&t, source, FORMAT_TEXT, a) != 0)
		return "too long";
	if (t.n_tokens == 0)
		return "no word";
	if (kind == LEXICON_NONE)
		return "of no kind";
	fault = stem ? add_stem(&t, kind) : add_phrase(&t, kind);
	if (fault == NULL && n_phrases > PHRASES_MAX)
		return "more than the table has room for";
	return fault;
}

/* The kind that a section's line names; LEXICON_NONE if there is none such. */
static enum lexicon_kind
kind_named(const char *line)
{
	static const char *const names[] = {
#define X(kind, name) [LEXICON_##kind] = "[." name " ",
	    LEXICON_KINDS(X)
#undef X
	};

	for (int i = LEXICON_NONE + 1; i < LEXICON_END; i++)
		if (strncmp(line, names[i], strlen(names[i])) == 0)
			return i;
	return LEXICON_NONE;
}

/* NULL, or what is wrong with the line; `kind` is that of its section. */
static const char *
take_line(const char *line, enum lexicon_kind *kind, struct arena *a)
{
	if (line[0] == '\0' || line[0] == '#')
		return NULL;
	if (line[0] != '[')
		return add(line, *kind, a);
	*kind = kind_named(line);
	return *kind == LEXICON_NONE ? "no such kind" : NULL;
}

static void
read_file(const char *path, struct arena *a)
{
	char line[512], what[1024];
	const char *fault = NULL;
	enum lexicon_kind kind = LEXICON_NONE;
	FILE *f = fopen(path, "r");

	if (f == NULL)
		die(path, strerror(errno));
	while (fault == NULL && fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		fault = take_line(line, &kind, a);
	}
	fclose(f);
	if (fault == NULL)
		return;
	snprintf(what, sizeof(what), "%s: %s", line, fault);
	die(path, what);
}

static void
print_marks(const char *name, const struct lexicon_marks *marks, unsigned log2)
{
	printf("const struct lexicon_marks %s[] = {\n", name);
	for (size_t i = 0; i < (size_t)1 << log2; i++)
		printf("{%" PRIu64 "u,%" PRIu64 "u},%s", marks[i].goes_on,
		    marks[i].ends, i % 4 == 3 ? "\n" : "");
	puts("};");
}

static void
print_cells(void)
{
	puts("const unsigned char lexicon_cells[] = {");
	for (size_t i = 0; i < sizeof(cells); i++)
		printf("%u,%s", cells[i], i % 16 == 15 ? "\n" : "");
	puts("};");
}

int
main(int argc, char **argv)
{
	static _Alignas(16) char memory[ARENA_BYTES];
	struct arena a;

	arena_init(&a, memory, sizeof(memory));
	for (int i = 1; i < argc; i++)
		read_file(argv[i], &a);
	puts("/* made by lexicon_gen */\n#include "
	     "\"lexicon_stems.h\"\n#include \"lexicon_table.h\"\n");
	print_cells();
	print_marks("lexicon_firsts", firsts, LEXICON_FIRSTS_LOG2);
	print_marks("lexicon_others", others, LEXICON_OTHERS_LOG2);
	print_marks("lexicon_starts", starts, LEXICON_STARTS_LOG2);
	return 0;
}
