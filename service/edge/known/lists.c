#include "lists.h"

#include <pthread.h>
#include <stdlib.h>

#include "../../core/utf8.h"
#include "lists_site.h"

enum { BUCKETS = 256 };

struct lists {
	struct store *store;
	pthread_mutex_t changing;          /* one change at a time */
	pthread_mutex_t lock;              /* on what follows */
	struct compiled_list *of[BUCKETS]; /* in use, or still used */
};

static struct compiled_list **
bucket_of(struct lists *l, int64_t site)
{
	return &l->of[(uint64_t)site % BUCKETS];
}

const struct site_list *
lists_acquire(struct lists *l, int64_t site)
{
	struct compiled_list *one;

	pthread_mutex_lock(&l->lock);
	one = *bucket_of(l, site);
	while (one != NULL && (one->site != site || !one->in_use))
		one = one->next;
	if (one != NULL)
		one->users++;
	pthread_mutex_unlock(&l->lock);
	return one != NULL ? &one->list : NULL;
}

/* Takes a user away; the list to close when it was the last. */
static struct compiled_list *
leave(struct lists *l, struct compiled_list *one)
{
	struct compiled_list **at = bucket_of(l, one->site);

	if (--one->users > 0)
		return NULL;
	while (*at != one)
		at = &(*at)->next;
	*at = one->next;
	return one;
}

void
lists_release(struct lists *l, const struct site_list *one)
{
	struct compiled_list *gone;

	if (one == NULL)
		return;
	pthread_mutex_lock(&l->lock);
	gone = leave(l, (struct compiled_list *)one);
	pthread_mutex_unlock(&l->lock);
	compiled_list_close(gone);
}

/* Takes it out of use, unless it is already; under the lock. */
static void
retire(struct compiled_list *old)
{
	if (old == NULL || !old->in_use)
		return;
	old->in_use = false;
	old->users--;
}

void
lists_forget(struct lists *l, int64_t site)
{
	const struct site_list *old = lists_acquire(l, site);

	pthread_mutex_lock(&l->lock);
	retire((struct compiled_list *)old);
	pthread_mutex_unlock(&l->lock);
	lists_release(l, old);
}

/* Puts `fresh` in use instead of `old`, which the caller has acquired. */
static void
swap(struct lists *l, struct compiled_list *old, struct compiled_list *fresh)
{
	struct compiled_list **bucket = bucket_of(l, fresh->site);

	pthread_mutex_lock(&l->lock);
	retire(old);
	fresh->users = 1;
	fresh->in_use = true;
	fresh->next = *bucket;
	*bucket = fresh;
	pthread_mutex_unlock(&l->lock);
}

static size_t
bytes_of(const struct compiled_list *one)
{
	size_t bytes = 0;

	for (uint32_t i = 0; one != NULL && i < one->list.n; i++)
		bytes +=
		    one->list.entries[i].value.n + one->list.entries[i].note.n;
	return bytes;
}

/* A list that was larger when nobody asked is in use, and may become less. */
static int
check_bytes(const struct compiled_list *old, const struct compiled_list *fresh,
    struct err *e)
{
	size_t bytes = bytes_of(fresh);

	if (bytes <= LIST_BYTES_MAX || bytes <= bytes_of(old))
		return 0;
	return err_set(e, ERR_FIELD,
	    "the values and notes that a site lists may have %d MiB together",
	    LIST_BYTES_MAX >> 20);
}

int
lists_change(struct lists *l, const struct list_change *c,
    struct list_faults *f, struct err *e)
{
	struct compiled_list *old, *fresh;
	int result = -1;

	pthread_mutex_lock(&l->changing);
	old = (struct compiled_list *)lists_acquire(l, c->site);
	fresh = compiled_list_open(old, c, f, e);
	if (fresh != NULL && check_bytes(old, fresh, e) == 0)
		result = store_change_list(l->store, c, e);
	if (result == 0)
		swap(l, old, fresh);
	else
		compiled_list_close(fresh);
	lists_release(l, old != NULL ? &old->list : NULL);
	pthread_mutex_unlock(&l->changing);
	return result;
}

/* What matched a regular expression, on its way to the hits. */
struct regex_hits {
	const struct compiled_list *list;
	struct rule_hits *hits;
	int64_t now_ms;
	/* of the normalised text: where its points begin; NULL: the text is
	 * the source itself */
	const struct text *text;
	const uint32_t *offsets;
};

/* The point that byte `at` of the normalised text is of. */
static uint32_t
point_at(const struct regex_hits *r, size_t at)
{
	uint32_t low = 0, high = r->text->n;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (r->offsets[middle] <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* What bytes [start, end) of the normalised text are of. */
static struct text_range
source_of(const struct regex_hits *r, size_t start, size_t end)
{
	struct text_range at = r->text->ranges[point_at(r, start)];

	at.end = end > start ? r->text->ranges[point_at(r, end - 1)].end
			     : at.start; /* such as \b: between two points */
	return at;
}

static void
on_match(void *arg, size_t pattern, size_t start, size_t end)
{
	struct regex_hits *r = arg;
	const struct rule *rule = &r->list->rules[r->list->regex_at[pattern]];
	struct text_range at = {(uint32_t)start, (uint32_t)end};

	if (rule_is_over(rule, r->now_ms))
		return;
	if (r->text != NULL)
		at = source_of(r, start, end);
	rule_hits_add(r->hits, &(struct rule_hit){rule, FIELD_CONTENT, at});
}

/* The normalised text as UTF-8, without marks; p NULL: full. */
static struct span
write_text(const struct text *t, uint32_t *offsets, struct arena *a)
{
	char *out = arena_alloc(a, 4 * (size_t)t->n);
	size_t n = 0;

	for (uint32_t i = 0; i < t->n && out != NULL; i++) {
		offsets[i] = (uint32_t)n;
		if (t->points[i] < TEXT_MARK)
			n += utf8_write(t->points[i], out + n);
	}
	return (struct span){out, n};
}

static int
match_regexes(const struct compiled_list *l, const struct rule_case *c,
    struct rule_hits *hits, struct arena *a)
{
	size_t used = a->used;
	struct regex_hits r = {.list = l, .hits = hits, .now_ms = c->now_ms};
	uint32_t *offsets = arena_alloc(a, c->text->n * sizeof(*offsets));
	struct regex_visit visit = {on_match, &r};
	struct span text = {NULL, 0};
	int missed = regex_set_match(l->regexes, c->text->source, &visit);

	if (missed != 0)
		return missed;
	if (offsets != NULL)
		text = write_text(c->text, offsets, a);
	if (text.p == NULL)
		return -1;
	r.text = c->text;
	r.offsets = offsets;
	missed = regex_set_match(l->regexes, text, &visit);
	arena_rewind(a, used);
	return missed;
}

int
lists_match(const struct site_list *one, const struct rule_case *c,
    bool hurries, struct rule_hits *hits, struct arena *a)
{
	const struct compiled_list *l = (const struct compiled_list *)one;

	if (l == NULL)
		return 0;
	if (rules_match(l->matcher, c, hits, a) != 0)
		return -1;
	if (l->regexes == NULL)
		return 0;
	return hurries ? 1 : match_regexes(l, c, hits, a);
}

/* The entries of all sites, as they come out of the store. */
struct collection {
	struct list_entry *entries;
	size_t n, room;
	struct arena arena; /* their text */
	size_t bytes;       /* what the arena needs */
};

static void
measure(void *arg, const struct list_entry *l)
{
	struct collection *c = arg;

	c->room++;
	c->bytes += l->value.n + l->note.n + l->created_by.n + 3 * 32;
}

static void
collect(void *arg, const struct list_entry *l)
{
	struct collection *c = arg;
	struct list_entry *out = &c->entries[c->n];

	if (c->n == c->room)
		return;
	*out = *l;
	out->value = arena_copy(&c->arena, l->value);
	out->note = arena_copy(&c->arena, l->note);
	out->created_by = arena_copy(&c->arena, l->created_by);
	c->n += out->value.p != NULL && out->note.p != NULL &&
		out->created_by.p != NULL;
}

static int
load(struct lists *l, const struct collection *c, struct err *e)
{
	struct list_faults faults;
	struct list_change one = {0};

	for (size_t i = 0; i < c->n; i += one.n_puts) {
		struct compiled_list *fresh;

		one.site = c->entries[i].site;
		one.puts = &c->entries[i];
		for (one.n_puts = 1; i + one.n_puts < c->n &&
				     one.puts[one.n_puts].site == one.site;
		     one.n_puts++)
			;
		fresh = compiled_list_open(NULL, &one, &faults, e);
		if (fresh == NULL && faults.n > 0)
			err_set(e, ERR_DOWN, "list entry %s: %s",
			    one.puts[faults.items[0].put].id,
			    faults.items[0].text);
		if (fresh == NULL)
			return -1;
		swap(l, NULL, fresh);
	}
	return 0;
}

static int
load_all(struct lists *l, struct err *e)
{
	struct collection c = {0};
	struct list_visit visit = {measure, &c};
	void *block = NULL;
	int result = -1;

	if (store_each_list_entry(l->store, &visit, e) != 0)
		return -1;
	if (c.room == 0)
		return 0;
	c.entries = calloc(c.room, sizeof(*c.entries));
	block = malloc(c.bytes);
	visit.each = collect;
	if (c.entries == NULL || block == NULL) {
		err_set(e, ERR_DOWN, "no memory for the lists");
	} else {
		arena_init(&c.arena, block, c.bytes);
		if (store_each_list_entry(l->store, &visit, e) == 0)
			result = load(l, &c, e);
	}
	free(c.entries);
	free(block);
	return result;
}

struct lists *
lists_open(struct store *s, struct err *e)
{
	struct lists *l = calloc(1, sizeof(*l));

	if (l == NULL) {
		err_set(e, ERR_DOWN, "no memory for the lists");
		return NULL;
	}
	l->store = s;
	pthread_mutex_init(&l->changing, NULL);
	pthread_mutex_init(&l->lock, NULL);
	if (load_all(l, e) == 0)
		return l;
	lists_close(l);
	return NULL;
}

void
lists_close(struct lists *l)
{
	if (l == NULL)
		return;
	for (int i = 0; i < BUCKETS; i++)
		while (l->of[i] != NULL) {
			struct compiled_list *one = l->of[i];

			l->of[i] = one->next;
			compiled_list_close(one);
		}
	pthread_mutex_destroy(&l->changing);
	pthread_mutex_destroy(&l->lock);
	free(l);
}
