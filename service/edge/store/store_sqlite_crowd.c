#include "store_sqlite_crowd.h"

#include "store_sqlite_arrival.h"
#include "store_sqlite_places.h"

enum {
	CROWD = 8, /* puts in a group */
	/* Then what is held waits, too: whoever reviews it has it sorted in
	 * first (sorted.h). With less about it is a comment at once,
	 * so that a queue that is looked at all day need not ask. */
	GREAT_CROWD = 16,
	/* Records in packs: to look for one among a million takes a millisecond
	 * or so. With more all become comments as they come, and slow down who
	 * sends. */
	MOST_ARRIVED = 4 << 20,
};
SQLITE_PLACES(WRITER_PLACE_CROWD, 1, WRITER_PLACE_SETTLE);

void
sqlite_crowd_begin(struct store_sqlite *s, const struct store_put *group)
{
	uint32_t n = 0;

	for (; group != NULL; group = group->next)
		n++;
	s->crowd = n >= CROWD && s->in_packs < MOST_ARRIVED;
	s->great_crowd = s->crowd && n >= GREAT_CROWD;
	s->crowd_site = 0;
	s->pack.n = 0;
	s->pack.used = 0;
}

/* Whether there is such a site; without one it is the row's to say so. */
static bool
is_site(struct store_sqlite *s, int64_t site)
{
	sqlite3_stmt *q;

	if (site == s->crowd_site)
		return true;
	q = sqlite_link_kept(&s->link, WRITER_PLACE_CROWD,
	    "SELECT 1 FROM site WHERE id = ?", NULL);
	if (q == NULL)
		return false;
	sqlite3_bind_int64(q, 1, site);
	if (sqlite3_step(q) == SQLITE_ROW)
		s->crowd_site = site;
	sqlite3_reset(q);
	return site == s->crowd_site;
}

/* Whether it is packed by what became of it; webhooks are told by its row. */
static bool
may_wait(const struct store_sqlite *s, const struct record *r)
{
	return sqlite_state_of(r->action) != COMMENT_HELD ||
	       (s->great_crowd && !s->webhooks);
}

bool
sqlite_crowd_takes(struct store_sqlite *s, const struct record *r)
{
	return s->crowd && r->shadow == NULL && may_wait(s, r) &&
	       sqlite_pack_size(r) <= PACK_BYTES && is_site(s, r->site);
}

int
sqlite_crowd_make_room(struct store_sqlite *s, const struct store_put *p)
{
	size_t bytes = 0;

	if (!s->crowd)
		return SQLITE_DONE;
	for (uint32_t i = 0; i < p->n; i++)
		bytes += sqlite_pack_size(&p->records[i]);
	return sqlite_pack_has_room(&s->pack, p->n, bytes)
		   ? SQLITE_DONE
		   : sqlite_crowd_write(s);
}

int
sqlite_crowd_add(struct store_sqlite *s, const struct record *r)
{
	int code = SQLITE_DONE;

	if (!sqlite_pack_has_room(&s->pack, 1, sqlite_pack_size(r)))
		code = sqlite_crowd_write(s);
	if (code != SQLITE_DONE)
		return code;
	sqlite_pack_add(&s->pack, r, ++s->number);
	s->packed_held += sqlite_state_of(r->action) == COMMENT_HELD;
	return SQLITE_DONE;
}

int
sqlite_crowd_write(struct store_sqlite *s)
{
	if (s->pack.n > 0 && s->arrived == 0)
		s->arrived = s->pack.first;
	s->packed += s->pack.n;
	return sqlite_arrival_put(&s->link, &s->pack, &s->summary);
}

struct crowd_mark
sqlite_crowd_mark(const struct store_sqlite *s)
{
	return (struct crowd_mark){
	    s->pack.n, s->pack.used, s->packed, s->packed_held};
}

void
sqlite_crowd_undo(struct store_sqlite *s, struct crowd_mark to)
{
	s->pack.n = to.n;
	s->pack.used = to.used;
	s->packed = to.packed;
	s->packed_held = to.held;
}
