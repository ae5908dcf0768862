#include "spintax.h"

#include <stdio.h>
#include <stdlib.h>

#include "memory.h"

enum { DEPTH_MAX = 8 };

/* How far an element at `at` goes that is no plain character: an escape is
 * skipped as a whole, so that what it hides is not seen. */
static size_t
step(struct span s, size_t at)
{
	return s.p[at] == '\\' && at + 1 < s.n ? 2 : 1;
}

/* The place of the brace that closes the one before `at`; s.n: none. */
static size_t
closing(struct span s, size_t at)
{
	for (int depth = 1; at < s.n; at += step(s, at)) {
		depth += s.p[at] == '{';
		depth -= s.p[at] == '}';
		if (depth == 0)
			break;
	}
	return at < s.n ? at : s.n;
}

static size_t
find(struct span s, size_t at, char c)
{
	while (at < s.n && s.p[at] != c)
		at++;
	return at;
}

const char *
spintax_fault(struct span s)
{
	int depth = 0;
	for (size_t at = 0; at < s.n; at += step(s, at)) {
		if (s.p[at] == '<' && find(s, at, '>') == s.n)
			return "< without >";
		depth += s.p[at] == '{';
		depth -= s.p[at] == '}';
		if (depth < 0)
			return "} without {";
		if (s.p[at] == '|' && depth == 0)
			return "| outside of { }";
	}
	return depth != 0 ? "{ without }" : NULL;
}

struct expansion {
	FILE *out;
	const struct spintax_lists *lists;
	struct random *random;
	int depth; /* of lists */
};

/* The alternative number `wanted` of what stands between two braces, or how
 * many there are when that is too high. */
static size_t
alternative(struct span s, size_t wanted, struct span *found)
{
	size_t number = 0, from = 0;
	int depth = 0;
	for (size_t at = 0; at <= s.n; at += at < s.n ? step(s, at) : 1) {
		if (at < s.n) {
			depth += s.p[at] == '{';
			depth -= s.p[at] == '}';
			if (depth != 0 || s.p[at] != '|')
				continue;
		}
		if (number++ == wanted)
			*found = (struct span){s.p + from, at - from};
		from = at + 1;
	}
	return number;
}

static void expand(struct expansion *x, struct span s);

static void
expand_choice(struct expansion *x, struct span inside)
{
	struct span found = {0};
	size_t n = alternative(inside, (size_t)-1, &found);
	alternative(inside, random_below(x->random, (uint32_t)n), &found);
	expand(x, found);
}

static void
expand_list(struct expansion *x, struct span name)
{
	if (x->depth == DEPTH_MAX)
		return;
	struct span line = x->lists->pick(x->lists->context, name, x->random);
	x->depth++;
	if (line.p != NULL)
		expand(x, line);
	x->depth--;
}

static void
expand(struct expansion *x, struct span s)
{
	for (size_t at = 0; at < s.n; at++) {
		size_t end;
		switch (s.p[at]) {
		case '{':
			end = closing(s, at + 1);
			expand_choice(
			    x, (struct span){s.p + at + 1, end - at - 1});
			at = end;
			break;
		case '<':
			end = find(s, at, '>');
			expand_list(
			    x, (struct span){s.p + at + 1, end - at - 1});
			at = end;
			break;
		case '\\':
			at += at + 1 < s.n;
			putc(s.p[at] == 'n' ? '\n' : s.p[at], x->out);
			break;
		default:
			putc(s.p[at], x->out);
		}
	}
}

char *
spintax_expand(struct span template, const struct spintax_lists *lists,
    struct random *random)
{
	char *text = NULL;
	size_t n = 0;
	struct expansion x = {
	    .out = open_memstream(&text, &n),
	    .lists = lists,
	    .random = random,
	};
	if (x.out == NULL)
		return memory_new(1, 1);
	expand(&x, template);
	if (fclose(x.out) != 0)
		return memory_new(1, 1);
	return text;
}
