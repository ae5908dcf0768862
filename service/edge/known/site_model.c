#include "site_model.h"

#include <stdlib.h>

#include "../../core/moderate.h"
#include "../process/secrets.h"

enum {
	PAGE = 100,             /* labels read at once */
	ITEMS_BYTES = 16 << 20, /* of all rows; older labels are left out */
};

/* What is learned from, the newest first. */
struct lesson {
	const struct site_learning *l;
	struct siphash_key key; /* only rows of this lesson are compared */
	struct arena items;     /* of the rows */
	struct arena scratch;   /* to read a comment in */
	struct adapt_row rows[ADAPT_LABELS_MAX];
	enum decision_kind kinds[ADAPT_LABELS_MAX];
	uint32_t n, in_page;
	int64_t last; /* `order` of the last label */
	bool full;
	struct adapt_label labels[ADAPT_LABELS_MAX]; /* of one head */
};

/* What a label keeps of its comment. */
static struct comment
comment_of(const struct label *l)
{
	return (struct comment){
	    .type = l->type,
	    .content = l->content,
	    .format = l->html ? FORMAT_HTML : FORMAT_TEXT,
	    .author =
		{
		    .id = l->author_id,
		    .name = l->author_name,
		    .email = l->author_email,
		    .url = l->author_url,
		},
	    .fill_ms = -1,
	};
}

/* Into lesson->rows[n], its items still in the scratch; -1: too large. */
static int
read_row(struct lesson *s, const struct comment *c)
{
	const struct signals unknown = {0};
	struct adapt_row *row = &s->rows[s->n];
	struct reading reading;
	struct features f = {0};

	if (moderate_read(&reading, c, &s->key, &s->scratch) != 0 ||
	    features_extract(&f, c, &reading.text, &unknown, &s->scratch) !=
		0 ||
	    adapt_read(row, s->l->base, &f, &s->scratch) != 0)
		return -1;
	row->fingerprint = reading.fingerprint;
	return 0;
}

static void
add_label(void *arg, const struct label *l)
{
	struct lesson *s = arg;
	struct comment c = comment_of(l);
	struct adapt_item *items;
	size_t bytes;

	s->in_page++;
	s->last = l->order;
	arena_rewind(&s->scratch, 0);
	if (s->l->before_ms != 0 && l->decided_at_ms >= s->l->before_ms)
		return;
	if (s->full || read_row(s, &c) != 0)
		return;
	bytes = s->rows[s->n].n * sizeof(*items);
	items = arena_alloc(&s->items, bytes);
	if (items == NULL) {
		s->full = true;
		return;
	}
	s->rows[s->n].items = memcpy(items, s->rows[s->n].items, bytes);
	s->kinds[s->n++] = l->kind;
	s->full = s->n == ADAPT_LABELS_MAX;
}

/* Why nothing is learned. */
static int
refuse(const struct site_learning *l, struct err *e)
{
	if (atomic_load(l->ending))
		return err_set(e, ERR_BUSY, "it was called off");
	return err_set(e, ERR_DOWN, "no memory to learn in");
}

static int
read_labels(struct lesson *s, struct err *e)
{
	struct label_page page = {
	    .site = s->l->site, .most = PAGE, .newest_first = true};
	struct label_visit visit = {add_label, s};

	do {
		s->in_page = 0;
		page.after = s->last;
		if (store_each_label(s->l->reader, &page, &visit, e) != 0)
			return -1;
		if (atomic_load(s->l->ending))
			return refuse(s->l, e);
	} while (s->in_page == PAGE && !s->full);
	return 0;
}

/* The labels that are about a head, the oldest first: how many. */
static uint32_t
choose_labels(struct lesson *s, enum model_head_id head)
{
	static const enum decision_kind bad[MODEL_HEADS] = {
	    [HEAD_SPAM] = DECISION_SPAM,
	    [HEAD_ABUSE] = DECISION_ABUSE,
	};
	uint32_t n = 0;

	for (uint32_t i = s->n; i-- > 0;)
		if (s->kinds[i] == DECISION_APPROVE || s->kinds[i] == bad[head])
			s->labels[n++] = (struct adapt_label){
			    &s->rows[i], s->kinds[i] == bad[head]};
	return n;
}

/* A head of its own; -1: there is no memory, or it was called off. */
static int
learn_head(struct site_model *m, struct lesson *s, enum model_head_id head,
    struct arena *a)
{
	struct adapt_head *out = &m->heads[head];
	struct adapt_lesson l = {
	    .model = m->base,
	    .head = head,
	    .labels = s->labels,
	    .n = choose_labels(s, head),
	    .ending = s->l->ending,
	};
	struct model_delta *slots;
	size_t bytes;
	int learned = adapt_learn(out, &l, a);

	if (learned != 0) {
		*out = (struct adapt_head){.labels = 0};
		return learned < 0 ? -1 : 0;
	}
	bytes = sizeof(*slots) << out->shift.slots_log2;
	slots = malloc(bytes);
	if (slots == NULL)
		return -1;
	m->slots[head] = memcpy(slots, out->shift.slots, bytes);
	out->shift.slots = slots;
	m->shifts[head] = out->shift;
	m->model.heads[head] = out->head;
	return 0;
}

static int
learn_heads(struct site_model *m, struct lesson *s)
{
	size_t bytes = adapt_bytes(m->base, s->n);
	void *block = malloc(bytes);
	struct arena a;
	int failed = block == NULL ? -1 : 0;

	for (int h = 0; h < MODEL_HEADS && failed == 0; h++) {
		m->shifts[h] = model_shift_none;
		arena_init(&a, block, bytes);
		if (m->base->heads[h].trained_on > 0)
			failed = learn_head(m, s, (enum model_head_id)h, &a);
	}
	m->labels = s->n;
	m->model.site = m->shifts;
	m->model.alone = m->base->heads;
	m->model.site_labels = s->n;
	free(block);
	return failed;
}

static struct lesson *
open_lesson(const struct site_learning *l)
{
	struct lesson *s = calloc(1, sizeof(*s));
	void *items = malloc(ITEMS_BYTES), *scratch = malloc(l->comment_bytes);

	if (s == NULL || items == NULL || scratch == NULL) {
		free(items);
		free(scratch);
		free(s);
		return NULL;
	}
	s->l = l;
	s->key = secrets_random_key();
	arena_init(&s->items, items, ITEMS_BYTES);
	arena_init(&s->scratch, scratch, l->comment_bytes);
	return s;
}

static void
close_lesson(struct lesson *s)
{
	free(s->items.base);
	free(s->scratch.base);
	free(s);
}

int
site_model_learn(
    struct site_model **out, const struct site_learning *l, struct err *e)
{
	struct lesson *s = open_lesson(l);
	struct site_model *m = calloc(1, sizeof(*m));
	int failed = -1;

	if (s == NULL || m == NULL) {
		refuse(l, e);
	} else if (read_labels(s, e) == 0) {
		m->base = l->base;
		m->model = *l->base;
		failed = learn_heads(m, s);
		if (failed)
			refuse(l, e);
	}
	if (s != NULL)
		close_lesson(s);
	if (failed) {
		site_model_free(m);
		return -1;
	}
	*out = m;
	return 0;
}

bool
site_model_differs(const struct site_model *m)
{
	bool any = false;

	for (int h = 0; h < MODEL_HEADS; h++)
		any |= m->heads[h].labels > 0;
	return any;
}

size_t
site_model_bytes(const struct site_model *m)
{
	size_t bytes = sizeof(*m);

	for (int h = 0; h < MODEL_HEADS; h++)
		if (m->slots[h] != NULL)
			bytes += sizeof(*m->slots[h])
				 << m->shifts[h].slots_log2;
	return bytes;
}

void
site_model_free(struct site_model *m)
{
	if (m == NULL)
		return;
	for (int h = 0; h < MODEL_HEADS; h++)
		free(m->slots[h]);
	free(m);
}
