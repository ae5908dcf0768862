#include <stdlib.h>
#include <string.h>

#include "corpus.h"

/*
 * A row on disk: how many bytes follow, which of its values do, a bit each,
 * and those: numbers of 8 bytes, strings as their length, their bytes and a
 * NUL.
 */
struct lead {
	uint32_t bytes, there;
};

/* So much is read at least, which has the next rows, too; so much written. */
enum { VIEW_BYTES = 1 << 12, TAIL_BYTES = 1 << 18 };

#define AT(member) offsetof(struct row, member)

static const struct number {
	size_t at;
	int64_t unsaid;
} numbers[] = {
    {AT(approved), 0},
    {AT(decided_at_ms), 0},
    {AT(agreed), 0},
    {AT(disagreed), 0},
    {AT(comment.fill_ms), -1},
    {AT(line), 0},
};

static const size_t strings[] = {
    AT(comment.content),
    AT(comment.id),
    AT(comment.thread),
    AT(comment.parent),
    AT(comment.type),
    AT(comment.referrer),
    AT(comment.honeypot),
    AT(comment.author.id),
    AT(comment.author.name),
    AT(comment.author.email),
    AT(comment.author.url),
    AT(comment.author.ip),
    AT(comment.author.user_agent),
    AT(comment.author.role),
    AT(lang),
    AT(source),
    AT(paper_split),
    AT(by),
    AT(decision),
    AT(basis),
    AT(verdict),
};

enum {
	NUMBERS = sizeof(numbers) / sizeof(*numbers),
	STRINGS = sizeof(strings) / sizeof(*strings),
	HTML = NUMBERS + STRINGS /* the last bit is the format */
};

_Static_assert(HTML < 32, "a row has more values than lead.there has bits");

static void
append(struct corpus *c, const void *bytes, size_t n)
{
	if (c->tail_room - c->tail_bytes < n) {
		c->tail_room = 2 * (c->tail_bytes + n);
		c->tail = memory_grow(c->tail, c->tail_room, 1);
	}
	memcpy(c->tail + c->tail_bytes, bytes, n);
	c->tail_bytes += n;
}

static void
append_number(
    struct corpus *c, const struct row *row, unsigned i, struct lead *lead)
{
	int64_t value;
	memcpy(&value, (const char *)row + numbers[i].at, sizeof(value));
	if (value == numbers[i].unsaid)
		return;
	lead->there |= UINT32_C(1) << i;
	append(c, &value, sizeof(value));
}

static void
append_string(
    struct corpus *c, const struct row *row, unsigned i, struct lead *lead)
{
	struct span s;
	memcpy(&s, (const char *)row + strings[i], sizeof(s));
	if (s.n == 0)
		return;
	uint32_t n = (uint32_t)s.n;
	lead->there |= UINT32_C(1) << (NUMBERS + i);
	append(c, &n, sizeof(n));
	append(c, s.p, s.n);
	append(c, "", 1);
}

static void
pack(struct corpus *c, const struct row *row)
{
	struct lead lead = {0};
	size_t start = c->tail_bytes;
	append(c, &lead, sizeof(lead));
	for (unsigned i = 0; i < NUMBERS; i++)
		append_number(c, row, i, &lead);
	for (unsigned i = 0; i < STRINGS; i++)
		append_string(c, row, i, &lead);
	if (row->comment.format == FORMAT_HTML)
		lead.there |= UINT32_C(1) << HTML;
	lead.bytes = (uint32_t)(c->tail_bytes - start - sizeof(lead));
	memcpy(c->tail + start, &lead, sizeof(lead));
}

/* The tail to disk. What is small never comes there. */
static int
settle(struct corpus *c, struct err *e)
{
	struct span tail = {c->tail, c->tail_bytes};
	if (tail.n < TAIL_BYTES)
		return 0;
	if (!c->scratch.open && scratch_open(&c->scratch, e) != 0)
		return -1;
	c->tail_bytes = 0;
	return scratch_add(&c->scratch, tail, e);
}

int
corpus_put(struct corpus *c, const struct row *row, struct err *e)
{
	c->rows = memory_append(c->rows, c->n, sizeof(*c->rows));
	c->rows[c->n++] = (struct stub){
	    .at = c->scratch.bytes + c->tail_bytes,
	    .at_ms = row->comment.created_at_ms,
	    .set = row->set,
	    .label = row->label,
	    .fold = (int8_t)row->fold,
	    .fold_said = row->fold_said,
	    .text_only = row->text_only,
	    .blank = row->comment.content.n == 0,
	    .decided = row->decided_at_ms != 0,
	};
	pack(c, row);
	return settle(c, e);
}

/* The `n` bytes from `at` on. */
static const char *
look(struct corpus_view *v, uint64_t at, size_t n)
{
	const struct corpus *c = v->of;
	uint64_t settled = c->scratch.bytes;
	if (at >= settled)
		return c->tail + (at - settled);
	if (at >= v->first && at + n <= v->end)
		return v->bytes + (at - v->first);
	if (n < VIEW_BYTES)
		n = settled - at < VIEW_BYTES ? settled - at : VIEW_BYTES;
	if (v->room < n) {
		v->room = n;
		v->bytes = memory_grow(v->bytes, n, 1);
	}
	scratch_read(&c->scratch, v->bytes, n, at);
	v->first = at;
	v->end = at + n;
	return v->bytes;
}

static const char *
take(void *to, const char *from, size_t n)
{
	memcpy(to, from, n);
	return from + n;
}

static void
unpack(struct row *row, uint32_t there, const char *from)
{
	for (unsigned i = 0; i < NUMBERS; i++) {
		int64_t value = numbers[i].unsaid;
		if (there & UINT32_C(1) << i)
			from = take(&value, from, sizeof(value));
		memcpy((char *)row + numbers[i].at, &value, sizeof(value));
	}
	for (unsigned i = 0; i < STRINGS; i++) {
		struct span s = {"", 0};
		uint32_t n;
		if (there & UINT32_C(1) << (NUMBERS + i)) {
			from = take(&n, from, sizeof(n));
			s = (struct span){from, n};
			from += n + 1;
		}
		memcpy((char *)row + strings[i], &s, sizeof(s));
	}
}

const struct row *
corpus_row(struct corpus_view *v, size_t i)
{
	const struct stub *stub = &v->of->rows[i];
	struct lead lead;
	take(&lead, look(v, stub->at, sizeof(lead)), sizeof(lead));
	const char *from = look(v, stub->at, sizeof(lead) + lead.bytes);
	v->row = (struct row){
	    .comment.format =
		lead.there & UINT32_C(1) << HTML ? FORMAT_HTML : FORMAT_TEXT,
	    .comment.created_at_ms = stub->at_ms,
	    .label = stub->label,
	    .fold = stub->fold,
	    .set = stub->set,
	    .fold_said = stub->fold_said,
	    .text_only = stub->text_only,
	    .file = v->of->paths != NULL ? v->of->paths[stub->set] : NULL,
	};
	unpack(&v->row, lead.there, from + sizeof(lead));
	return &v->row;
}

void
corpus_look_away(struct corpus_view *v)
{
	free(v->bytes);
	*v = (struct corpus_view){.of = v->of};
}
