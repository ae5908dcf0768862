#include "phrases.h"

#include <assert.h>
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spintax.h"

struct section {
	struct span name;
	struct span *lines;
	size_t n;
};

struct phrases {
	struct section *sections;
	size_t n;
	struct pool pool;
};

/* What a list is picked for. */
struct picking {
	const struct phrases *phrases;
	int deal;
	char token[32];
};

static const struct section *
find(const struct phrases *p, struct span name)
{
	for (size_t i = 0; i < p->n; i++)
		if (span_equal(p->sections[i].name, name))
			return &p->sections[i];
	return NULL;
}

static void
add_section(struct phrases *p, struct span name)
{
	p->sections = memory_append(p->sections, p->n, sizeof(*p->sections));
	p->sections[p->n++] =
	    (struct section){.name = pool_copy(&p->pool, name)};
}

static void
add_line(struct phrases *p, struct span line)
{
	struct section *s = &p->sections[p->n - 1];
	s->lines = memory_append(s->lines, s->n, sizeof(*s->lines));
	s->lines[s->n++] = pool_copy(&p->pool, line);
}

/* NULL, or what is wrong with the line. */
static const char *
take_line(struct phrases *p, struct span line)
{
	if (line.n == 0 || line.p[0] == '#')
		return NULL;
	if (line.p[0] == '[' && line.p[line.n - 1] == ']') {
		struct span name = {line.p + 1, line.n - 2};
		if (find(p, name) != NULL)
			return "the section is there already";
		add_section(p, name);
		return NULL;
	}
	if (p->n == 0)
		return "no [section] before it";
	const char *fault = spintax_fault(line);
	if (fault == NULL)
		add_line(p, line);
	return fault;
}

static int
read_lines(struct phrases *p, FILE *f, const char *path, struct err *e)
{
	char *line = NULL;
	size_t size = 0, number = 0;
	ssize_t n;
	const char *fault = NULL;
	while (fault == NULL && (n = getline(&line, &size, f)) >= 0) {
		number++;
		n -= n > 0 && line[n - 1] == '\n';
		fault = take_line(p, (struct span){line, (size_t)n});
	}
	free(line);
	if (fault == NULL)
		return 0;
	return err_set(e, ERR_INPUT, "%s:%zu: %s", path, number, fault);
}

static int
read_file(struct phrases *p, const char *path, struct err *e)
{
	FILE *f = fopen(path, "r");
	if (f == NULL)
		return err_set(e, ERR_MISSING, "%s: cannot be opened: %s", path,
		    strerror(errno));
	int failed = read_lines(p, f, path, e);
	fclose(f);
	return failed;
}

static bool
is_text(const FTSENT *at)
{
	return at->fts_namelen > 4 &&
	       strcmp(at->fts_name + at->fts_namelen - 4, ".txt") == 0;
}

/* What the folders have, to the end or to the first fault. */
static int
read_all(struct phrases *p, FTS *walk, struct err *e)
{
	const FTSENT *at;
	while ((at = fts_read(walk)) != NULL) {
		if (at->fts_info == FTS_DNR || at->fts_info == FTS_NS)
			return err_set(e, ERR_MISSING,
			    "%s: cannot be opened: %s", at->fts_path,
			    strerror(at->fts_errno));
		if (at->fts_info == FTS_F && is_text(at) &&
		    read_file(p, at->fts_path, e) < 0)
			return -1;
	}
	return 0;
}

struct phrases *
phrases_open(const char *const *folders, struct err *e)
{
	FTS *walk =
	    fts_open((char *const *)folders, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	struct phrases *p = memory_new(1, sizeof(*p));
	int failed = walk == NULL
			 ? err_set(e, ERR_MISSING, "%s: cannot be opened: %s",
			       folders[0], strerror(errno))
			 : read_all(p, walk, e);
	if (walk != NULL)
		fts_close(walk);
	if (failed == 0)
		return p;
	phrases_close(p);
	return NULL;
}

void
phrases_close(struct phrases *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->n; i++)
		free(p->sections[i].lines);
	free(p->sections);
	pool_release(&p->pool);
	free(p);
}

static struct span
pick_line(const struct section *s, int deal, struct random *random)
{
	if (s->name.p[0] == '.' || s->n < DEALS)
		return s->lines[random_below(random, (uint32_t)s->n)];
	uint32_t n = (uint32_t)((s->n - (size_t)deal - 1) / DEALS + 1);
	return s->lines[(size_t)deal + DEALS * random_below(random, n)];
}

/* 8 to 16 letters that mean nothing. */
static struct span
random_token(struct picking *picking, struct random *random)
{
	size_t n = 8 + random_below(random, 9);
	for (size_t i = 0; i < n; i++)
		picking->token[i] = (char)('a' + random_below(random, 26));
	return (struct span){picking->token, n};
}

static struct span
random_digit(struct picking *picking, struct random *random)
{
	picking->token[0] = (char)('0' + random_below(random, 10));
	return (struct span){picking->token, 1};
}

static struct span
pick(void *context, struct span name, struct random *random)
{
	struct picking *picking = context;
	if (span_equal(name, span_of("token")))
		return random_token(picking, random);
	if (span_equal(name, span_of("digit")))
		return random_digit(picking, random);
	const struct section *s = find(picking->phrases, name);
	if (s == NULL || s->n == 0)
		return (struct span){0};
	return pick_line(s, picking->deal, random);
}

char *
phrases_text(const struct phrases *p, const char *section, int deal,
    struct random *random)
{
	struct picking picking = {.phrases = p, .deal = deal};
	struct spintax_lists lists = {pick, &picking};
	struct span line = pick(&picking, span_of(section), random);
	/* a section that the code names but no file has is a mistake */
	assert(line.p != NULL);
	return spintax_expand(line, &lists, random);
}
