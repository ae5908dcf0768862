#include "lists_site.h"

#include <stdio.h>
#include <stdlib.h>

#include "../process/secrets.h"

/* An entry's share of the block at first; it doubles until all fits. */
enum { BLOCK_LEAST = 256 << 10, BLOCK_PER_ENTRY = 1024, BLOCK_PER_BYTE = 8 };

/* A list in the making. */
struct builder {
	struct compiled_list *list;
	struct list_entry *entries;
	uint32_t first_put; /* the entry that the first put became */
	const struct list_change *change;
	struct list_faults *faults;
	struct err *err;
	struct arena arena;
	bool full; /* the arena was */
};

static int
full(struct builder *b)
{
	b->full = true;
	return err_set(b->err, ERR_DOWN, "no memory for the lists");
}

/* Of an entry that is put; NULL: enough were told. */
static struct list_fault *
note_fault(struct builder *b, uint32_t put, const char *text)
{
	struct list_faults *f = b->faults;
	struct list_fault *one = &f->items[f->n];

	err_set(b->err, ERR_FIELD, "an entry is not what was expected");
	if (f->n == LIST_FAULTS_MAX)
		return NULL;
	*one = (struct list_fault){.put = put};
	snprintf(one->text, sizeof(one->text), "%s", text);
	f->n++;
	return one;
}

/* A copy of an entry. 0 or -1. */
static int
gather_one(struct builder *b, const struct list_entry *from)
{
	struct list_entry *to = &b->entries[b->list->list.n++];

	*to = *from;
	to->value = arena_copy(&b->arena, from->value);
	to->note = arena_copy(&b->arena, from->note);
	to->created_by = arena_copy(&b->arena, from->created_by);
	return to->value.p == NULL || to->note.p == NULL ||
		       to->created_by.p == NULL
		   ? full(b)
		   : 0;
}

/* Copies of what is put, where they belong. 0 or -1. */
static int
gather_puts(struct builder *b)
{
	b->first_put = b->list->list.n;
	for (uint32_t i = 0; i < b->change->n_puts; i++)
		if (gather_one(b, &b->change->puts[i]) != 0)
			return -1;
	return 0;
}

static bool
is_over(const struct list_entry *l, int64_t now_ms)
{
	return l->expires_at_ms != 0 && l->expires_at_ms <= now_ms;
}

/* Old entries that stay, and those put: at the end or for what is gone. */
static int
gather(struct builder *b, const struct site_list *old)
{
	const struct list_change *c = b->change;
	bool found = false;
	int failed = 0;

	for (uint32_t i = 0; i < old->n && !failed; i++) {
		const struct list_entry *one = &old->entries[i];

		if (is_over(one, c->now_ms))
			continue;
		if (!span_equal(span_of(one->id), c->gone)) {
			failed = gather_one(b, one);
			continue;
		}
		found = true;
		failed = gather_puts(b);
	}
	if (failed)
		return -1;
	if (c->gone.n > 0 && !found)
		return err_set(b->err, ERR_MISSING, "there is no such entry");
	return c->gone.n > 0 ? 0 : gather_puts(b);
}

static int
by_value(const void *a, const void *b)
{
	const struct list_entry *x = *(const struct list_entry *const *)a;
	const struct list_entry *y = *(const struct list_entry *const *)b;
	size_t least = x->value.n < y->value.n ? x->value.n : y->value.n;
	int differ;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	differ = memcmp(x->value.p, y->value.p, least);
	if (differ != 0)
		return differ;
	if (x->value.n != y->value.n)
		return x->value.n < y->value.n ? -1 : 1;
	return x < y ? -1 : 1;
}

/* Which of the entries that are put `x` is; n_puts and more: none. */
static uint32_t
put_of(const struct builder *b, const struct list_entry *x)
{
	return (uint32_t)(x - b->entries) - b->first_put;
}

/* Of two entries for one value, faults the one that is put, or the last. */
static void
fault_twin(
    struct builder *b, const struct list_entry *x, const struct list_entry *y)
{
	uint32_t n = b->change->n_puts;
	bool last = put_of(b, y) < n;
	const struct list_entry *other = last ? x : y;
	struct list_fault *fault;
	char text[96];

	snprintf(text, sizeof(text), "there is an entry for it already: %s",
	    other->id);
	fault = note_fault(b, put_of(b, last ? y : x), text);
	if (fault != NULL && put_of(b, other) >= n)
		memcpy(fault->entry, other->id, sizeof(fault->entry));
}

static int
check_twins(struct builder *b)
{
	uint32_t n = b->list->list.n;
	const struct list_entry **sorted =
	    arena_array(&b->arena, n, sizeof(*sorted));

	if (sorted == NULL)
		return full(b);
	for (uint32_t i = 0; i < n; i++)
		sorted[i] = &b->entries[i];
	if (n > 0)
		qsort(sorted, n, sizeof(*sorted), by_value);
	for (uint32_t i = 1; i < n; i++)
		if (sorted[i]->kind == sorted[i - 1]->kind &&
		    span_equal(sorted[i]->value, sorted[i - 1]->value))
			fault_twin(b, sorted[i - 1], sorted[i]);
	return b->faults->n > 0 ? -1 : 0;
}

/* Whether the values that are put are of their kinds. */
static int
check_values(struct builder *b)
{
	char text[160];

	for (uint32_t i = 0; i < b->change->n_puts; i++) {
		const struct list_entry *one = &b->change->puts[i];
		const char *expected =
		    rule_misfit(one->kind, one->value, &b->arena);

		if (expected == NULL)
			continue;
		snprintf(text, sizeof(text), "expected %s", expected);
		note_fault(b, i, text);
	}
	return b->faults->n > 0 ? -1 : 0;
}

static int
fill_rules(struct builder *b)
{
	struct siphash_key key = secrets_random_key();
	struct compiled_list *l = b->list;
	uint32_t n = l->list.n;

	l->rules = arena_array(&b->arena, n, sizeof(*l->rules));
	l->regex_at = arena_array(&b->arena, n, sizeof(*l->regex_at));
	if (l->rules == NULL || l->regex_at == NULL)
		return full(b);
	for (uint32_t i = 0; i < n; i++) {
		const struct list_entry *one = &b->entries[i];

		l->rules[i] = (struct rule){
		    .id = span_of(one->id),
		    .value = one->value,
		    .expires_at_ms = one->expires_at_ms,
		    .kind = (uint8_t)one->kind,
		    .effect = (uint8_t)one->effect,
		};
		if (one->kind == RULE_REGEX)
			l->regex_at[l->n_regexes++] = i;
	}
	l->matcher = rules_compile(l->rules, n, &key, &b->arena);
	return l->matcher == NULL ? full(b) : 0;
}

static int
refuse_regex(struct builder *b, const struct regex_fault *fault)
{
	const struct compiled_list *l = b->list;
	uint32_t put = b->change->n_puts;
	char text[160];

	if (fault->text[0] == '\0')
		return err_set(b->err, ERR_DOWN, "no memory for the lists");
	if (fault->pattern < l->n_regexes)
		put = l->regex_at[fault->pattern] - b->first_put;
	if (put >= b->change->n_puts)
		return err_set(b->err, ERR_FIELD, "%s", fault->text);
	snprintf(
	    text, sizeof(text), "at byte %zu: %s", fault->offset, fault->text);
	note_fault(b, put, text);
	return -1;
}

static int
compile_regexes(struct builder *b)
{
	struct compiled_list *l = b->list;
	struct regex_fault fault;
	struct span *patterns;

	if (l->n_regexes == 0)
		return 0;
	if (l->n_regexes > LIST_REGEXES_MAX)
		return err_set(b->err, ERR_FIELD,
		    "a site may list %d regular expressions", LIST_REGEXES_MAX);
	patterns = arena_array(&b->arena, l->n_regexes, sizeof(*patterns));
	if (patterns == NULL)
		return full(b);
	for (uint32_t i = 0; i < l->n_regexes; i++)
		patterns[i] = b->entries[l->regex_at[i]].value;
	l->regexes = regex_set_open(patterns, l->n_regexes, &fault);
	return l->regexes == NULL ? refuse_regex(b, &fault) : 0;
}

/* One attempt in a block of `bytes`. */
static int
build(struct builder *b, const struct site_list *old, size_t bytes)
{
	struct compiled_list *l = calloc(1, sizeof(*l));
	uint32_t most = old->n + b->change->n_puts;

	b->list = l;
	b->full = false;
	if (l != NULL)
		l->block = malloc(bytes);
	if (l == NULL || l->block == NULL)
		return err_set(b->err, ERR_DOWN, "no memory for the lists");
	arena_init(&b->arena, l->block, bytes);
	b->entries = arena_array(&b->arena, most, sizeof(*b->entries));
	l->list.entries = b->entries;
	l->site = b->change->site;
	if (b->entries == NULL)
		return full(b);
	if (gather(b, old) != 0)
		return -1;
	if (l->list.n > LIST_ENTRIES_MAX)
		return err_set(b->err, ERR_FIELD, "a site may list %d entries",
		    LIST_ENTRIES_MAX);
	return check_values(b) == 0 && check_twins(b) == 0 && fill_rules(b) == 0
		   ? compile_regexes(b)
		   : -1;
}

static size_t
bytes_of(const struct list_entry *entries, uint32_t n)
{
	size_t bytes = 0;

	for (uint32_t i = 0; i < n; i++)
		bytes += BLOCK_PER_ENTRY + BLOCK_PER_BYTE * entries[i].value.n +
			 entries[i].note.n;
	return bytes;
}

struct compiled_list *
compiled_list_open(const struct compiled_list *old, const struct list_change *c,
    struct list_faults *f, struct err *e)
{
	static const struct site_list nothing;
	const struct site_list *from = old != NULL ? &old->list : &nothing;
	struct builder b = {.change = c, .faults = f, .err = e};
	size_t bytes = BLOCK_LEAST + bytes_of(from->entries, from->n) +
		       bytes_of(c->puts, c->n_puts);

	f->n = 0;
	while (build(&b, from, bytes) != 0) {
		compiled_list_close(b.list);
		if (!b.full)
			return NULL;
		bytes *= 2;
	}
	return b.list;
}

void
compiled_list_close(struct compiled_list *l)
{
	if (l == NULL)
		return;
	regex_set_close(l->regexes);
	free(l->block);
	free(l);
}
