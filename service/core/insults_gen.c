/*
 * Prints build/gen/insults_table.c: the phrases of the files named, one a
 * line, as the hashes that the core has of them. Lines that are empty or
 * begin with # or [ are passed over, and so are ideographs that stand alone,
 * for they are tokens of other words, too.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "features_insults.h"
#include "unicode.h"

enum { ARENA_BYTES = 1 << 16, PHRASES_MAX = (1 << INSULTS_LOG2) / 4 * 3 };

/* The core that is linked looks for insults, too, and finds none. */
const uint32_t insults_tags[1 << INSULTS_LOG2];
const uint64_t insults_begun[1 << INSULTS_BEGUN_LOG2 >> 6];

static uint32_t tags[1 << INSULTS_LOG2];
static uint64_t begun[1 << INSULTS_BEGUN_LOG2 >> 6];
static uint32_t n_phrases;

static void
die(const char *path, const char *what)
{
	fprintf(stderr, "insults_gen: %s: %s\n", path, what);
	exit(1);
}

static void
add(const uint64_t *words, uint32_t n)
{
	uint64_t hash = 0;
	size_t at, bit;

	for (uint32_t i = 0; i < n; i++) {
		hash = insults_step(hash, words[i]);
		bit = insults_bit(hash);
		begun[bit / 64] |= UINT64_C(1) << bit % 64;
	}
	at = insults_cell(hash);
	while (tags[at] != 0 && tags[at] != insults_tag(hash))
		at = insults_next(at);
	n_phrases += tags[at] == 0;
	tags[at] = insults_tag(hash);
}

/* NULL, or what is wrong with the line. */
static const char *
add_line(const char *line, struct arena *a)
{
	static uint64_t words[INSULT_TOKENS_MAX + 2],
	    shapes[INSULT_TOKENS_MAX + 2];
	struct token_values v = {words, shapes};
	struct text t;

	arena_rewind(a, 0);
	if (text_normalise(&t, span_of(line), FORMAT_TEXT, a) != 0 ||
	    t.n_tokens > INSULT_TOKENS_MAX)
		return "too long";
	if (t.n_tokens == 0)
		return "no word";
	if (t.n == 1 &&
	    unicode_point(t.points[0]).class_mask & UNICODE_IDEOGRAPH)
		return NULL;
	features_values(&v, &t);
	add(v.words + 1, t.n_tokens);
	return n_phrases > PHRASES_MAX ? "more than the table has room for"
				       : NULL;
}

static void
read_file(const char *path, struct arena *a)
{
	char line[512], what[1024];
	const char *fault = NULL;
	FILE *f = fopen(path, "r");

	if (f == NULL)
		die(path, strerror(errno));
	while (fault == NULL && fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] != '\0' && line[0] != '#' && line[0] != '[')
			fault = add_line(line, a);
	}
	fclose(f);
	if (fault == NULL)
		return;
	snprintf(what, sizeof(what), "%s: %s", line, fault);
	die(path, what);
}

/* Eight numbers a line. */
static void
end_number(size_t i)
{
	fputs(i % 8 == 7 ? ",\n" : ",", stdout);
}

int
main(int argc, char **argv)
{
	static _Alignas(16) char memory[ARENA_BYTES];
	struct arena a;

	arena_init(&a, memory, sizeof(memory));
	for (int i = 1; i < argc; i++)
		read_file(argv[i], &a);
	puts("/* made by insults_gen */\n#include \"features_insults.h\"\n\n"
	     "const uint32_t insults_tags[] = {");
	for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++) {
		printf("%" PRIu32 "u", tags[i]);
		end_number(i);
	}
	puts("};\nconst uint64_t insults_begun[] = {");
	for (size_t i = 0; i < sizeof(begun) / sizeof(*begun); i++) {
		printf("%" PRIu64 "u", begun[i]);
		end_number(i);
	}
	puts("};");
	return 0;
}
