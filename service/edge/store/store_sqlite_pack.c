#include "store_sqlite_pack.h"

#include "../../core/siphash.h"
#include "store_sqlite_rows.h"

/*
 * Of a record what is not text, as it lies; its texts follow. A store may
 * hold some that an older version wrote: what changes here is another table.
 */
struct entry {
	int64_t number, site, received_at_ms, created_at_ms;
	uint64_t fingerprint;
	double score;
	uint64_t model, groups; /* of drift */
	uint32_t text_bytes[RECORD_TEXTS];
	int8_t scores[2], unseen, counted; /* of drift; whether there is any */
	int8_t html;
	char id[STORE_ID_BYTES];
	char nought; /* where it would have one byte by chance */
};
_Static_assert(sizeof(struct entry) == 160, "stores hold some");

static struct span *
text_of(const struct record *r, int i)
{
	return (struct span *)((char *)r + sqlite_record_texts[i]);
}

size_t
sqlite_pack_size(const struct record *r)
{
	size_t n = sizeof(struct entry);

	for (int i = 0; i < RECORD_TEXTS; i++)
		n += text_of(r, i)->n;
	return n;
}

bool
sqlite_pack_has_room(
    const struct sqlite_pack *p, uint32_t records, size_t bytes)
{
	return records <= PACK_RECORDS - p->n && bytes <= PACK_BYTES - p->used;
}

static struct entry
entry_of(const struct record *r, int64_t number)
{
	struct entry e = {
	    .number = number,
	    .site = r->site,
	    .received_at_ms = r->received_at_ms,
	    .created_at_ms = r->created_at_ms,
	    .fingerprint = r->fingerprint,
	    .score = r->score,
	    .html = r->html,
	    .counted = r->drift != NULL,
	};

	_Static_assert(MODEL_HEADS == sizeof(e.scores), "a bin each");
	memcpy(e.id, r->id, sizeof(e.id));
	if (r->drift != NULL) {
		e.model = r->drift->model;
		e.groups = r->drift->groups;
		e.unseen = r->drift->unseen;
		memcpy(e.scores, r->drift->scores, sizeof(e.scores));
	}
	return e;
}

void
sqlite_pack_add(struct sqlite_pack *p, const struct record *r, int64_t number)
{
	struct entry e = entry_of(r, number);
	char *at = p->bytes + p->used + sizeof(e);

	for (int i = 0; i < RECORD_TEXTS; i++) {
		const struct span *text = text_of(r, i);

		e.text_bytes[i] = (uint32_t)text->n;
		if (text->n > 0)
			memcpy(at, text->p, text->n);
		at += text->n;
	}
	memcpy(p->bytes + p->used, &e, sizeof(e));
	p->used = (size_t)(at - p->bytes);
	for (int by = 0; by < ARRIVED_KEYS; by++)
		p->keys[p->n][by] = sqlite_pack_key((enum arrived_by)by, r);
	if (p->n++ == 0)
		p->first = number;
	p->last = number;
}

struct span
sqlite_pack_compress(struct sqlite_pack *p)
{
	int n = LZ4_compress_default(
	    p->bytes, p->block, (int)p->used, sizeof(p->block));

	return (struct span){p->block, (size_t)n};
}

int
sqlite_pack_expand(struct span block, char *out, size_t n)
{
	if (block.n > PACK_BLOCK_BYTES || n > PACK_BYTES)
		return -1;
	return LZ4_decompress_safe(block.p, out, (int)block.n, (int)n) == (int)n
		   ? 0
		   : -1;
}

static struct sqlite_arrived
arrived_of(const struct entry *e)
{
	struct sqlite_arrived a = {
	    .number = e->number,
	    .record = {.site = e->site,
		.received_at_ms = e->received_at_ms,
		.created_at_ms = e->created_at_ms,
		.fingerprint = e->fingerprint,
		.score = e->score,
		.html = e->html != 0},
	    .drift = {.model = e->model,
		.unseen = e->unseen,
		.groups = e->groups},
	};

	memcpy(a.record.id, e->id, sizeof(e->id));
	memcpy(a.drift.scores, e->scores, sizeof(e->scores));
	return a;
}

int
sqlite_pack_next(struct span *bytes, struct sqlite_arrived *out)
{
	struct entry e;

	if (bytes->n == 0)
		return 0;
	if (bytes->n < sizeof(e))
		return -1;
	memcpy(&e, bytes->p, sizeof(e));
	*bytes = (struct span){bytes->p + sizeof(e), bytes->n - sizeof(e)};
	*out = arrived_of(&e);
	out->record.drift = e.counted ? &out->drift : NULL;
	for (int i = 0; i < RECORD_TEXTS; i++) {
		size_t n = e.text_bytes[i];

		if (n > bytes->n)
			return -1;
		*text_of(&out->record, i) = (struct span){bytes->p, n};
		*bytes = (struct span){bytes->p + n, bytes->n - n};
	}
	out->record.state = sqlite_state_of(out->record.action);
	return 1;
}

bool
sqlite_pack_is_whole(struct span bytes)
{
	struct sqlite_arrived it;
	int got;

	do
		got = sqlite_pack_next(&bytes, &it);
	while (got == 1);
	return got == 0;
}

/* What is hashed of it, beside its site. */
static struct span
value_of(enum arrived_by by, const struct record *r)
{
	switch (by) {
	case ARRIVED_ENGINE_ID:
		return r->engine_id;
	case ARRIVED_FINGERPRINT:
		return (struct span){
		    (const char *)&r->fingerprint, sizeof(r->fingerprint)};
	default:
		return (struct span){r->id, STORE_ID_BYTES};
	}
}

uint64_t
sqlite_pack_key(enum arrived_by by, const struct record *r)
{
	struct siphash h = siphash_begin(&siphash_open_key);
	struct span value = value_of(by, r);

	siphash_word(&h, (uint64_t)r->site);
	return siphash_end(&h, value.p, value.n);
}

bool
sqlite_pack_alike(
    enum arrived_by by, const struct record *a, const struct record *b)
{
	struct span value = value_of(by, a);

	return a->site == b->site && value.n > 0 &&
	       span_equal(value, value_of(by, b));
}
