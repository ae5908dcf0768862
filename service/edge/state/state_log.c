#include "state_log.h"

#include <endian.h>
#include <inttypes.h>
#include <stdio.h>

enum { HEAD_BYTES = 1 + 8, KEY_BYTES = 8 };

static void
put_word(struct log_entry *e, uint64_t word)
{
	uint64_t bytes = htole64(word);

	memcpy(e->bytes + e->n, &bytes, sizeof(bytes));
	e->n += sizeof(bytes);
}

bool
log_entry_add(struct log_entry *e, const struct state_touch *t)
{
	const struct signal_keys *k = t->keys;

	if (HEAD_BYTES + k->n * KEY_BYTES > sizeof(e->bytes) - e->n)
		return false;
	e->bytes[e->n++] = (char)k->n;
	put_word(e, (uint64_t)t->at_ms);
	for (uint32_t i = 0; i < k->n; i++)
		put_word(e, k->touches[i].key);
	return true;
}

/* Cuts 8 bytes off, which are there. */
static uint64_t
cut_word(struct span *s)
{
	uint64_t bytes;

	memcpy(&bytes, s->p, sizeof(bytes));
	*s = (struct span){s->p + sizeof(bytes), s->n - sizeof(bytes)};
	return le64toh(bytes);
}

int
log_entry_next(struct span *entry, struct state_touch *t)
{
	struct signal_keys *k = t->keys;

	if (entry->n == 0)
		return 0;
	k->n = (unsigned char)entry->p[0];
	if (k->n == 0 || k->n > SIGNAL_KEYS_MAX ||
	    entry->n < HEAD_BYTES + k->n * KEY_BYTES)
		return -1;
	*entry = (struct span){entry->p + 1, entry->n - 1};
	t->at_ms = (int64_t)cut_word(entry);
	for (uint32_t i = 0; i < k->n; i++)
		k->touches[i] = (struct touch){.key = cut_word(entry)};
	return 1;
}

/* Cuts a decimal number below 2^64 off; whether there was one. */
static bool
cut_number(uint64_t *out, struct span *s)
{
	size_t i = 0;

	for (*out = 0; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++)
		if (__builtin_mul_overflow(*out, 10, out) ||
		    __builtin_add_overflow(*out, s->p[i] - '0', out))
			return false;
	*s = (struct span){s->p + i, s->n - i};
	return i > 0;
}

bool
log_id_read(struct log_id *id, struct span text)
{
	if (!cut_number(&id->ms, &text) || text.n == 0 || text.p[0] != '-')
		return false;
	text = (struct span){text.p + 1, text.n - 1};
	return cut_number(&id->seq, &text) && text.n == 0;
}

struct span
log_id_write(char out[LOG_ID_BYTES], struct log_id id)
{
	int n =
	    snprintf(out, LOG_ID_BYTES, "%" PRIu64 "-%" PRIu64, id.ms, id.seq);

	return (struct span){out, (size_t)n};
}

int
log_id_compare(struct log_id a, struct log_id b)
{
	if (a.ms != b.ms)
		return a.ms < b.ms ? -1 : 1;
	return (a.seq > b.seq) - (a.seq < b.seq);
}
