#include "import_sink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../service/core/fingerprint.h"
#include "import_seen.h"
#include "told.h"

/* To normalise the largest text: 40 bytes a byte, and its hosts. */
enum { ARENA_BYTES = 64 * IMPORT_TEXT_BYTES_MAX };

struct import_sink {
	FILE *to;
	struct import_counts counts;
	struct import_seen seen; /* fingerprint to place in counts.texts */
	struct arena arena;
	void *block;
};

struct import_sink *
import_sink_open(FILE *to)
{
	struct import_sink *s = memory_new(1, sizeof(*s));
	s->to = to;
	s->block = memory_new(ARENA_BYTES, 1);
	arena_init(&s->arena, s->block, ARENA_BYTES);
	return s;
}

void
import_sink_close(struct import_sink *s)
{
	if (s == NULL)
		return;
	import_seen_release(&s->seen);
	free(s->counts.texts);
	free(s->block);
	free(s);
}

const struct import_counts *
import_sink_counts(const struct import_sink *s)
{
	return &s->counts;
}

void
import_sink_skip(struct import_sink *s, enum import_skip why)
{
	s->counts.skipped[why]++;
}

void
import_sink_bad(struct import_sink *s, const char *why)
{
	struct import_counts *c = &s->counts;
	if (c->skipped[IMPORT_SKIP_BAD]++ == 0)
		snprintf(c->first_bad, sizeof(c->first_bad), "%s", why);
}

static struct row
repaired(const struct row *row, struct pool *pool, bool *bad)
{
	struct row r = *row;
	struct span *const all[] = {&r.comment.id, &r.comment.content,
	    &r.comment.type, &r.comment.thread, &r.comment.author.name,
	    &r.comment.author.id, &r.comment.author.email,
	    &r.comment.author.url, &r.comment.author.ip,
	    &r.comment.author.user_agent};
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		*all[i] = told_valid(*all[i], pool, bad);
	return r;
}

static void
count(struct import_sink *s, uint64_t text, enum label label)
{
	struct import_counts *c = &s->counts;
	size_t at = import_seen_add(&s->seen, text, c->n_texts);
	c->rows++;
	c->labels[label]++;
	if (at == c->n_texts) {
		c->texts =
		    memory_append(c->texts, c->n_texts, sizeof(*c->texts));
		c->texts[c->n_texts++] = (struct import_text){.line = c->rows};
	} else {
		c->duplicates++;
	}
	c->texts[at].labels[label]++;
}

static bool
fingerprint(struct import_sink *s, const struct comment *c, uint64_t *text)
{
	struct text t;
	arena_rewind(&s->arena, 0);
	if (c->content.n > IMPORT_TEXT_BYTES_MAX ||
	    text_normalise(&t, c->content, c->format, &s->arena) < 0)
		return false;
	/* a linkback without a text is no duplicate of another */
	*text = t.n > 0 ? fingerprint_of(&t, &siphash_open_key).text
			: s->counts.rows;
	return true;
}

int
import_sink_put(struct import_sink *s, const struct row *row, struct err *e)
{
	struct pool pool = {0};
	bool bad = false;
	uint64_t text;
	struct row valid = repaired(row, &pool, &bad);
	if (!fingerprint(s, &valid.comment, &text)) {
		import_sink_skip(s, IMPORT_SKIP_TOO_LARGE);
	} else {
		s->counts.repaired += bad;
		count(s, text, row->label);
		corpus_write(s->to, &valid);
	}
	pool_release(&pool);
	return ferror(s->to)
		   ? err_set(e, ERR_DOWN, "the output cannot be written: %s",
			 strerror(errno))
		   : 0;
}

bool
import_text_contradicts(const struct import_text *t)
{
	return (t->labels[LABEL_HAM] != 0 && t->labels[LABEL_SPAM] != 0) ||
	       (t->labels[LABEL_OK] != 0 && t->labels[LABEL_ABUSE] != 0);
}
