/*
 * Any bytes as a text template, a line each; the first is the one to expand,
 * the others are lists by the number of their line. What has no fault
 * expands, however its lists lead to each other.
 */
#include "../../training/spintax.h"
#include "input.h"

enum { LISTS_MAX = 4, BYTES_MAX = 96 };

struct lists {
	struct span lines[LISTS_MAX];
	unsigned n;
	unsigned picked; /* so that what grows is bounded */
};

static struct span
pick(void *context, struct span name, struct random *random)
{
	struct lists *l = context;
	size_t i = name.n == 1 ? (size_t)(name.p[0] - '1') : LISTS_MAX;

	(void)random;
	if (i >= l->n || l->picked++ > 64)
		return (struct span){NULL, 0};
	return l->lines[i];
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = input_of(data, size);
	struct span template = take_line(&in);
	struct random random = {size};
	struct lists l = {.n = 0};
	const struct spintax_lists lists = {pick, &l};
	char *text;

	while (in.n > 0 && l.n < LISTS_MAX) {
		struct span line = take_line(&in);

		line.n = line.n < BYTES_MAX ? line.n : BYTES_MAX;
		if (spintax_fault(line) == NULL)
			l.lines[l.n++] = line;
	}
	if (spintax_fault(template) != NULL)
		return 0;
	text = spintax_expand(template, &lists, &random);
	require(text != NULL);
	if (memchr(template.p, '{', template.n) == NULL &&
	    memchr(template.p, '<', template.n) == NULL)
		require(strlen(text) <= template.n);
	free(text);
	return 0;
}
