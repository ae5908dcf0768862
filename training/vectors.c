#include "vectors.h"

#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "crew.h"
#include "evade.h"
#include "progress.h"
#include "replay.h"

/*
 * Rows come in batches, those in chunks that hands take. What a hand notes of
 * views begins with the number of the chunk, so that the last one is known
 * whoever had it: 4 bits for it, 4 for the view.
 */
enum { CHUNK = 128, CHUNKS = 15, BATCH = CHUNK * CHUNKS, KIND_BITS = 4 };

_Static_assert(FEATURE_KINDS <= 1 << KIND_BITS, "views have more bits");

enum { KINDS_AT_ONCE = 32 };

/* A feature's bucket, and in its last bits the view, which has the value. */
enum { VIEW_BITS = 4, DIGIT_BITS = 8, DIGITS = 1 << DIGIT_BITS };

_Static_assert(FEATURE_VIEWS_MAX <= 1 << VIEW_BITS, "views have more bits");

/* Bytes in view at least, so that neighbours mostly are, too. */
enum { VIEW_BYTES = 1 << 18 };

/* What one job at a time needs; the arrays grow to the largest row. */
struct hand {
	struct corpus_view rows;
	struct replay *replay;
	struct evade_room disguise;
	struct packer *packer;
	uint8_t *kind; /* of this batch, by bucket; 0: not used */
	uint32_t *keys, *spare;
	struct packed_entry *packed;
	size_t room;
};

/* Rows of a chunk, packed, one behind the other. */
struct chunk {
	char *bytes;
	size_t n, room;
	size_t ends[CHUNK];
};

/* Vectors in the making. */
struct extraction {
	struct vectors *v;
	const struct corpus *c;
	const struct vectors_order *how;
	struct replay *counting;
	struct corpus_view counted;
	struct signals *signals; /* of the batch's rows that are counted */
	size_t first, end;       /* the batch, in the order */
	unsigned n_hands;
	struct hand *hands;
	struct chunk *chunks; /* CHUNKS, of the batch */
};

/* Puts `n` of `from` in the order of a digit; ties stay. */
static void
sort_by_digit(uint32_t *to, const uint32_t *from, size_t n, unsigned shift)
{
	size_t at[DIGITS + 1] = {0};
	for (size_t i = 0; i < n; i++)
		at[(from[i] >> shift) % DIGITS + 1]++;
	for (size_t i = 1; i < DIGITS; i++)
		at[i] += at[i - 1];
	for (size_t i = 0; i < n; i++)
		to[at[(from[i] >> shift) % DIGITS]++] = from[i];
}

/* By bucket, then view, so that sums are always the same. */
static void
sort(struct hand *h, size_t n, uint32_t buckets)
{
	uint64_t end = (uint64_t)buckets << VIEW_BITS;
	for (unsigned shift = 0; end >> shift != 0; shift += DIGIT_BITS) {
		uint32_t *sorted = h->spare;
		sort_by_digit(sorted, h->keys, n, shift);
		h->spare = h->keys;
		h->keys = sorted;
	}
}

static void
reserve(struct hand *h, size_t n)
{
	if (h->room >= n)
		return;
	h->room = 2 * n;
	h->keys = memory_grow(h->keys, h->room, sizeof(*h->keys));
	h->spare = memory_grow(h->spare, h->room, sizeof(*h->spare));
	h->packed = memory_grow(h->packed, h->room, sizeof(*h->packed));
}

static void
collect(struct hand *h, const struct features *f, const struct vectors *v,
    unsigned chunk)
{
	size_t n = 0;
	reserve(h, f->n);
	for (uint32_t i = 0; i < f->n_views; i++) {
		const struct feature_view *w = &f->views[i];
		uint8_t note = (uint8_t)((chunk + 1) << KIND_BITS | w->kind);
		for (uint32_t j = w->first; j < w->last; j++) {
			uint32_t bucket = (uint32_t)model_bucket(
			    w, f->items[j].hash, v->buckets_log2);
			h->kind[bucket] = note;
			h->keys[n++] = bucket << VIEW_BITS | i;
		}
	}
	sort(h, n, v->buckets);
}

/* The keys, each bucket's values summed up. */
static struct span
pack(struct hand *h, const struct features *f)
{
	size_t end = 0;
	for (size_t i = 0; i < f->n; end++) {
		uint32_t bucket = h->keys[i] >> VIEW_BITS;
		double sum = 0;
		for (; i < f->n && h->keys[i] >> VIEW_BITS == bucket; i++)
			sum += f->views[h->keys[i] % (1 << VIEW_BITS)].value;
		h->packed[end] = (struct packed_entry){bucket, (float)sum, 0};
	}
	return packer_put(h->packer, h->packed, end);
}

/* A row in disguise, of which only the text counts. */
static struct row
in_disguise(struct hand *h, const struct row *row, uint64_t seed)
{
	struct row copy = *row;
	copy.comment.content =
	    evade_again(&h->disguise, row->comment.content, seed);
	copy.text_only = true;
	return copy;
}

static void
append(struct chunk *c, struct span row)
{
	if (c->room - c->n < row.n) {
		c->room = 2 * (c->n + row.n);
		c->bytes = memory_grow(c->bytes, c->room, 1);
	}
	memcpy(c->bytes + c->n, row.p, row.n);
	c->n += row.n;
}

static int
extract(struct extraction *x, size_t at, struct hand *h, struct err *e)
{
	const struct vectors *v = x->v;
	uint32_t number = v->order[at];
	struct row row = *corpus_row(&h->rows, vectors_origin(v, number));
	struct replayed got;
	struct features f = {0};
	enum vector_kind kind = vectors_kind(v, number);
	if (kind == VECTOR_DISGUISE)
		row = in_disguise(h, &row, x->how->seed);
	if (replay_read(h->replay, &got, &row, e) < 0)
		return -1;
	if (replay_counts(&row))
		got.signals = x->signals[at - x->first];
	if (features_extract(&f, &got.comment, &got.reading.text, &got.signals,
		got.arena) < 0)
		return replay_too_large(&row, e);
	if (kind == VECTOR_PHRASES)
		features_keep_phrases(&f);
	size_t place = at - x->first;
	struct chunk *chunk = &x->chunks[place / CHUNK];
	collect(h, &f, v, (unsigned)(place / CHUNK));
	append(chunk, pack(h, &f));
	chunk->ends[place % CHUNK] = chunk->n;
	return 0;
}

static int
extract_chunk(void *of, size_t chunk, unsigned hand, struct err *e)
{
	struct extraction *x = of;
	size_t first = x->first + chunk * CHUNK, end = first + CHUNK;
	int failed = 0;
	x->chunks[chunk].n = 0;
	for (size_t i = first; i < end && i < x->end && !failed; i++)
		failed = extract(x, i, &x->hands[hand], e);
	return failed;
}

/* What counts comments must see them one after the other. */
static int
count(struct extraction *x, struct err *e)
{
	for (size_t i = x->first; i < x->end; i++) {
		struct replayed got;
		uint32_t number = x->v->order[i];
		if (number >= x->v->n_rows || x->c->rows[number].at_ms == 0)
			continue;
		const struct row *row = corpus_row(&x->counted, number);
		if (!replay_counts(row))
			continue;
		if (replay_row(x->counting, &got, row, e) < 0)
			return -1;
		x->signals[i - x->first] = got.signals;
	}
	return 0;
}

/* The last of the hands to use a bucket has the highest note. */
static void
take_kind(struct extraction *x, uint32_t bucket)
{
	unsigned last = 0;
	for (unsigned h = 0; h < x->n_hands; h++) {
		unsigned note = x->hands[h].kind[bucket];
		last = note > last ? note : last;
	}
	if (last != 0)
		x->v->kind[bucket] = last % (1 << KIND_BITS);
}

/* Few of all buckets are used in a batch. */
static bool
used(const struct extraction *x, uint32_t first, uint32_t n)
{
	static const uint8_t none[KINDS_AT_ONCE];
	for (unsigned h = 0; h < x->n_hands; h++)
		if (memcmp(x->hands[h].kind + first, none, n) != 0)
			return true;
	return false;
}

static void
take_kinds(struct extraction *x)
{
	uint32_t all = x->v->buckets, n;
	for (uint32_t first = 0; first < all; first += n) {
		n = all - first < KINDS_AT_ONCE ? all - first : KINDS_AT_ONCE;
		if (!used(x, first, n))
			continue;
		for (uint32_t i = 0; i < n; i++)
			take_kind(x, first + i);
		for (unsigned h = 0; h < x->n_hands; h++)
			memset(x->hands[h].kind + first, 0, n);
	}
}

/* The batch, behind those before. */
static int
keep(struct extraction *x, struct err *e)
{
	struct vectors *v = x->v;
	for (size_t i = x->first; i < x->end; i += CHUNK) {
		const struct chunk *c = &x->chunks[(i - x->first) / CHUNK];
		uint64_t from = v->scratch.bytes;
		v->hash = XXH3_64bits_withSeed(c->bytes, c->n, v->hash);
		for (size_t k = 0; k < CHUNK && i + k < x->end; k++)
			v->at[i + k + 1] = from + c->ends[k];
		if (scratch_add(&v->scratch, (struct span){c->bytes, c->n}, e) <
		    0)
			return -1;
	}
	return 0;
}

static int
extract_all(struct extraction *x, struct err *e)
{
	size_t n = x->v->n;
	struct progress progress = progress_start("reading", n);
	int failed = 0;
	for (x->first = 0; x->first < n && !failed; x->first = x->end) {
		size_t left = n - x->first;
		x->end = x->first + (left < BATCH ? left : BATCH);
		failed = count(x, e);
		if (!failed)
			failed =
			    crew_do((x->end - x->first + CHUNK - 1) / CHUNK,
				extract_chunk, x, e);
		if (!failed)
			failed = keep(x, e);
		take_kinds(x);
		progress_at(&progress, x->end);
	}
	progress_end(&progress);
	return failed;
}

static void
add_copy(struct vectors *v, size_t row)
{
	size_t n = v->n - v->n_rows;
	v->originals = memory_append(v->originals, n, sizeof(*v->originals));
	v->originals[n] = (uint32_t)row;
	v->n++;
}

static bool
teaches_by_phrases(const struct stub *row, const struct vectors_order *o)
{
	for (int head = 0; head < MODEL_HEADS; head++)
		if (o->phrases[head] && corpus_teaches(row, head))
			return true;
	return false;
}

/*
 * What is learned in disguise, too, and what by its phrases. Who disguises a
 * text has something to sell, so that itself speaks of spam; of abuse it does
 * not, as decent people play with letters, too, and so both are learned.
 */
static void
find_originals(
    struct vectors *v, const struct corpus *c, const struct vectors_order *o)
{
	for (size_t i = 0; i < c->n && o->disguises; i++) {
		enum label l = c->rows[i].blank ? LABEL_NONE : c->rows[i].label;
		if (label_bad(l) || l == LABEL_OK)
			add_copy(v, i);
	}
	v->n_disguises = v->n - v->n_rows;
	for (size_t i = 0; i < c->n; i++)
		if (teaches_by_phrases(&c->rows[i], o) && !c->rows[i].blank)
			add_copy(v, i);
}

/* Of each row its copies, by kind; 0: none. */
struct copies {
	uint32_t of[VECTOR_PHRASES + 1];
};

static struct copies *
find_copies(const struct vectors *v, const struct corpus *c)
{
	struct copies *copies = memory_new(c->n, sizeof(*copies));
	for (size_t i = v->n_rows; i < v->n; i++)
		copies[vectors_origin(v, i)].of[vectors_kind(v, i)] =
		    (uint32_t)i;
	return copies;
}

/* Behind the `n` vectors in the order go the copies of such rows. */
static size_t
order_copies(struct vectors *v, size_t n, const struct copies *copies,
    const size_t *rows, size_t n_rows)
{
	for (int kind = VECTOR_DISGUISE; kind <= VECTOR_PHRASES; kind++)
		for (size_t k = 0; k < n_rows; k++) {
			uint32_t copy = copies[rows[k]].of[kind];
			if (copy != 0)
				v->order[n++] = copy;
		}
	return n;
}

/*
 * The vectors as their rows come in time: of one time those of the corpus
 * first, then the copies.
 */
static void
find_order(struct vectors *v, const struct corpus *c)
{
	struct copies *copies = find_copies(v, c);
	size_t *rows = replay_order(c), n = 0;
	for (size_t i = 0, end; i < c->n; i = end) {
		int64_t at_ms = c->rows[rows[i]].at_ms;
		for (end = i; end < c->n; end++) {
			if (c->rows[rows[end]].at_ms != at_ms)
				break;
			v->order[n++] = (uint32_t)rows[end];
		}
		n = order_copies(v, n, copies, rows + i, end - i);
	}
	for (size_t i = 0; i < v->n; i++)
		v->places[v->order[i]] = (uint32_t)i;
	free(rows);
	free(copies);
}

static void
hand_open(struct hand *h, const struct extraction *x)
{
	h->rows.of = x->c;
	h->replay = replay_open();
	h->packer = packer_open();
	h->kind = memory_new(x->v->buckets, sizeof(*h->kind));
}

static void
hand_close(struct hand *h)
{
	corpus_look_away(&h->rows);
	replay_close(h->replay);
	packer_close(h->packer);
	free(h->disguise.bytes);
	free(h->kind);
	free(h->keys);
	free(h->spare);
	free(h->packed);
}

static void
extraction_open(struct extraction *x)
{
	x->counting = replay_open();
	x->counted.of = x->c;
	x->signals = memory_new(BATCH, sizeof(*x->signals));
	x->chunks = memory_new(CHUNKS, sizeof(*x->chunks));
	x->n_hands = crew_hands();
	x->hands = memory_new(x->n_hands, sizeof(*x->hands));
	for (unsigned i = 0; i < x->n_hands; i++)
		hand_open(&x->hands[i], x);
}

static void
extraction_close(struct extraction *x)
{
	for (unsigned i = 0; i < x->n_hands; i++)
		hand_close(&x->hands[i]);
	for (int i = 0; i < CHUNKS; i++)
		free(x->chunks[i].bytes);
	free(x->chunks);
	free(x->signals);
	free(x->hands);
	replay_close(x->counting);
	corpus_look_away(&x->counted);
}

int
vectors_begin(struct vectors *v, struct err *e)
{
	v->kind = memory_new(v->buckets, sizeof(*v->kind));
	v->order = memory_new(v->n, sizeof(*v->order));
	v->places = memory_new(v->n, sizeof(*v->places));
	v->at = memory_new(v->n + 1, sizeof(*v->at));
	return scratch_open(&v->scratch, e);
}

int
vectors_add(struct vectors *v, uint32_t i, struct span row, struct err *e)
{
	int failed = scratch_add(&v->scratch, row, e);
	v->order[i] = v->places[i] = i;
	v->at[i + 1] = v->scratch.bytes;
	return failed;
}

int
vectors_of(struct vectors *v, const struct corpus *c,
    const struct vectors_order *o, struct err *e)
{
	*v = (struct vectors){.buckets_log2 = o->buckets_log2,
	    .buckets = (uint32_t)model_buckets(o->buckets_log2),
	    .n_rows = c->n,
	    .n = c->n};
	find_originals(v, c, o);
	struct extraction x = {.v = v, .c = c, .how = o};
	int failed = vectors_begin(v, e);
	if (!failed) {
		find_order(v, c);
		extraction_open(&x);
		failed = extract_all(&x, e);
		extraction_close(&x);
	}
	if (failed)
		vectors_release(v);
	return failed;
}

void
vectors_release(struct vectors *v)
{
	free(v->originals);
	free(v->order);
	free(v->places);
	free(v->at);
	free(v->kind);
	scratch_close(&v->scratch);
	*v = (struct vectors){0};
}

const struct packed_row *
vectors_row(const struct vectors *v, size_t i, struct scratch_view *view)
{
	uint64_t at = v->at[v->places[i]], end = v->at[v->places[i] + 1];
	if (!scratch_sees(view, at, end)) {
		uint64_t all = v->scratch.bytes;
		uint64_t far = at + VIEW_BYTES < all ? at + VIEW_BYTES : all;
		scratch_look(view, &v->scratch, at, end > far ? end : far);
	}
	return scratch_at(view, at);
}
