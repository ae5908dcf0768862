#include "bulk.h"

#include "../check/news.h"
#include "../check/once.h"
#include "../process/container.h"
#include "../request/access.h"
#include "bulk_pick.h"
#include "feedback.h"
#include "item_json.h"

enum {
	WAVE = 64, /* on their way at once */
	CONFLICTS_MAX = 1000,
};

/* One that was left alone, and who was faster. */
struct conflict {
	char id[STORE_ID_BYTES + 1];
	struct feedback_standing stands;
};

/* One request on its way through, in its arena. */
struct bulk {
	struct call call;
	struct bulk_order order;
	struct store_once once;
	char batch[STORE_ID_BYTES + 1];
	struct once_mark mark;
	struct bulk_plan *plan; /* NULL: it is ours */
	struct bulk_pick pick;
	uint32_t at;   /* of these so many are begun */
	uint32_t wave; /* slots in use */
	uint32_t pending, done, n_conflicts;
	struct conflict conflicts[CONFLICTS_MAX];
	struct err failure; /* the first */
	struct bulk_slot *slots;
	/* begins the next ones, at most a wave; how many are on their way */
	void (*next)(struct bulk *b);
	/* of an undo: the site, and after which decision to go on */
	struct site site;
	char before[STORE_ID_BYTES + 1];
	bool over;
};

/* One comment on its way. */
struct bulk_slot {
	struct feedback feedback; /* first */
	struct bulk *bulk;
	bool done;
};

static void go_on(struct bulk *b);

/* Notes that a comment of a site was left alone. */
static void
add_conflict(struct bulk *b, int64_t site, struct span id)
{
	struct conflict *c = &b->conflicts[b->n_conflicts];

	if (b->n_conflicts == CONFLICTS_MAX)
		return;
	span_copy(c->id, sizeof(c->id), id);
	feedback_look(&b->call, (struct store_ref){site, id}, &c->stands);
	b->n_conflicts++;
}

/* Tells those who watch what was done in a wave, of a site at a time. */
static void
tell(const struct bulk *b)
{
	struct decision made[WAVE];
	struct news_of news = {.decisions = made};

	for (uint32_t i = 0; i < b->wave; i++) {
		const struct feedback *f = &b->slots[i].feedback;

		if (!b->slots[i].done)
			continue;
		if (news.n > 0 && made[0].site != f->one.site) {
			news_of_decisions(&news);
			news.n = 0;
		}
		news.call = &f->call;
		news.undone = f->put.undo != NULL;
		made[news.n++] = f->one;
	}
	if (news.n > 0)
		news_of_decisions(&news);
}

/* One is on disk, or not. */
static void
slot_done(struct feedback *f, const struct err *e)
{
	struct bulk_slot *s = (struct bulk_slot *)f;
	struct bulk *b = s->bulk;

	s->done = e == NULL;
	if (e == NULL)
		b->done++;
	else if (e->code == ERR_STALE)
		add_conflict(b, f->one.site, span_of(f->comment));
	else if (b->failure.code == ERR_NONE)
		b->failure = *e;
	if (--b->pending > 0)
		return;
	tell(b);
	go_on(b);
}

/* A slot that is free, for a comment of that site; NULL: failed. */
static struct feedback *
take_slot(struct bulk *b, int64_t site)
{
	struct bulk_slot *s = &b->slots[b->pending];
	struct call call;

	*s = (struct bulk_slot){.bulk = b};
	if (access_enter(&b->call, site, &call, &b->failure) != 0)
		return NULL;
	feedback_init(&s->feedback, &call, slot_done);
	s->feedback.quiet = true;
	return &s->feedback;
}

static void
keep_id(struct feedback *f, struct span id)
{
	span_copy(f->comment, sizeof(f->comment), id);
	f->one.comment = span_of(f->comment);
}

/* One text nearly the same as many should not weigh as much as they. */
static bool
may_teach(const struct bulk *b)
{
	return b->plan == NULL || b->done + b->pending < b->plan->learn_most;
}

/* Makes the decision about one record and sends it on its way. */
static void
decide_one(struct bulk *b, const struct record *r)
{
	const struct decision_wish *wish = &b->order.wish;
	struct feedback *f = take_slot(b, r->site);

	if (f == NULL)
		return;
	feedback_fill(f, &f->one, wish->kind);
	f->one.learn = f->one.learn && wish->learn && may_teach(b);
	f->one.actor = span_of("moderator");
	f->one.reason = wish->reason;
	f->one.note = wish->note;
	f->one.batch = span_of(b->batch);
	if (wish->conditional)
		f->put.if_state = &wish->if_state;
	if (feedback_about_record(f, &f->one, r, &b->failure) != 0)
		return;
	keep_id(f, span_of(r->id));
	b->pending++;
	feedback_decide(f);
}

/* Whether it is as whoever decides saw it. */
static bool
is_fresh(const struct bulk *b, const struct record *r)
{
	const struct decision_wish *wish = &b->order.wish;

	if (b->plan != NULL && r->decided_at_ms != 0)
		return false;
	return !wish->conditional || r->state == wish->if_state;
}

/* Begins with number `i`, or leaves it alone. */
static void
begin_one(struct bulk *b, uint32_t i)
{
	struct arena *a = &b->call.request->arena;
	size_t used = a->used;
	struct record r;
	struct err e;

	if (bulk_pick_read(&b->pick, &b->call, i, &r, &e) != 0) {
		if (e.code != ERR_MISSING)
			b->failure = e;
		else if (b->pick.hits == NULL)
			add_conflict(b, b->call.caller.site, b->pick.ids[i]);
	} else if (!is_fresh(b, &r)) {
		add_conflict(b, r.site, span_of(r.id));
	} else if (b->order.dry_run) {
		b->done++;
	} else {
		decide_one(b, &r);
	}
	arena_rewind(a, used);
}

static void
next_decisions(struct bulk *b)
{
	while (b->at < b->pick.n && b->pending < WAVE &&
	       b->failure.code == ERR_NONE)
		begin_one(b, b->at++);
	b->over = b->at == b->pick.n;
}

static void
write_conflicts(struct json_out *o, const struct bulk *b)
{
	json_out_open(o, "conflicts", '[');
	for (uint32_t i = 0; i < b->n_conflicts; i++) {
		const struct conflict *c = &b->conflicts[i];

		json_out_open(o, NULL, '{');
		json_out_text(o, "id", span_of(c->id));
		json_out_text_or_null(o, "state",
		    c->stands.state < 0
			? (struct span){NULL, 0}
			: span_of(comment_state_name(
			      (enum comment_state)c->stands.state)));
		json_out_text_or_null(o, "by", span_of(c->stands.by));
		item_time(o, "at", c->stands.at_ms);
		json_out_close(o, '}');
	}
	json_out_close(o, ']');
}

static void
answer(struct bulk *b)
{
	struct item_writer w;
	struct json_out *o = &w.out;

	if (b->failure.code == ERR_NONE && item_begin(&w, &b->call) != 0)
		err_no_answer(&b->failure);
	if (b->failure.code != ERR_NONE) {
		problem_answer(b->call.request, &b->failure, NULL);
		return;
	}
	json_out_open(o, NULL, '{');
	json_out_text_or_null(o, "batch",
	    b->order.dry_run ? (struct span){NULL, 0} : span_of(b->batch));
	json_out_integer(o, "n", b->done);
	write_conflicts(o, b);
	json_out_close(o, '}');
	once_answer(&b->call, &b->once, json_out_end(o));
}

/* Begins the next wave; when there is none, answers. */
static void
go_on(struct bulk *b)
{
	while (b->pending == 0 && !b->over && b->failure.code == ERR_NONE)
		b->next(b);
	b->wave = b->pending;
	if (b->pending > 0)
		return;
	if (b->plan == NULL)
		answer(b);
	else
		b->plan->answer(&b->call, b->plan, b->done,
		    b->failure.code == ERR_NONE ? NULL : &b->failure);
}

/* An empty one; NULL: answered. */
static struct bulk *
begin(const struct call *call, void (*next)(struct bulk *b))
{
	struct arena *a = &call->request->arena;
	struct bulk *b = arena_array(a, 1, sizeof(*b));
	struct err e = ERR_NO_ROOM;

	if (b != NULL)
		b->slots = arena_array(a, WAVE, sizeof(*b->slots));
	if (b == NULL || b->slots == NULL) {
		problem_answer(call->request, &e, NULL);
		return NULL;
	}
	b->call = *call;
	b->next = next;
	return b;
}

/* Goes on with a batch that was cut short: what it did is done. 0 or -1. */
static int
resume(struct bulk *b, uint32_t *begun_n, struct err *e)
{
	struct bulk_begun begun;

	if (bulk_begun_read(&begun, &b->call, b->batch, e) != 0)
		return -1;
	*begun_n = begun.n;
	b->done = begun.holds;
	return bulk_pick_leave_out(&b->pick, &b->call, &begun, e);
}

/*
 * Reads what is asked for, and which comments that are, of which there are
 * `n`. 0 or -1.
 */
static int
prepare(struct bulk *b, uint32_t *n, struct problem_field *field, struct err *e)
{
	uint32_t begun = 0;

	if (bulk_order_read(&b->order, &b->call, field, e) != 0 ||
	    bulk_pick_find(&b->pick, &b->order, &b->call, e) != 0)
		return -1;
	once_name(&b->once, b->batch);
	if (b->once.begun.n > 0 && resume(b, &begun, e) != 0)
		return -1;
	*n = b->pick.n + begun;
	if (b->order.expect < 0 || b->order.expect == *n)
		return 0;
	return err_set(e, ERR_STALE, "%u match, not %lld: look again", *n,
	    (long long)b->order.expect);
}

static void
marked(struct once_mark *m)
{
	go_on(container_of(m, struct bulk, mark));
}

void
bulk_decide(const struct call *call)
{
	struct store_once once;
	struct bulk *b;
	struct problem_field field;
	struct err e;
	uint32_t n = 0;

	if (once_begin(call, &once) == ONCE_ANSWERED)
		return;
	b = begin(call, next_decisions);
	if (b == NULL)
		return;
	b->once = once;
	b->mark.call = &b->call;
	b->mark.marked = marked;
	if (prepare(b, &n, &field, &e) == 0)
		once_mark(&b->mark, &b->once, b->batch);
	else if (e.code == ERR_STALE)
		problem_answer_more(
		    call->request, &e, json_pack("{s:I}", "n", (json_int_t)n));
	else
		problem_answer(call->request, &e, &field);
}

/* Sends the undo of one decision of the batch on its way. */
static void
undo_one(void *arg, const struct decision *d)
{
	struct bulk *b = arg;
	struct feedback *f;

	memcpy(b->before, d->id, sizeof(b->before));
	b->at++;
	f = d->undone_at_ms == 0 ? take_slot(b, d->site) : NULL;
	if (f == NULL)
		return;
	f->one = *d;
	f->one.actor = f->one.api_key = f->one.reason = f->one.note =
	    f->one.content = f->one.batch = f->one.undone_by =
		(struct span){NULL, 0};
	keep_id(f, d->comment);
	b->pending++;
	feedback_undo(f);
}

/* Of one site after the other those of the batch that hold. */
static void
next_undos(struct bulk *b)
{
	const struct decision_visit visit = {undo_one, b, WAVE};
	struct batch_ref ref = {b->site.id, span_of(b->batch), {NULL, 0}};
	char before[sizeof(b->before)]; /* as that moves meanwhile */
	uint32_t at = b->at;

	memcpy(before, b->before, sizeof(before));
	ref.before = span_of(before);
	if (b->site.id != 0 && store_each_of_batch(b->call.worker->reader, &ref,
				   &visit, &b->failure) != 0)
		return;
	if (b->at > at)
		return;
	b->over = access_next_site(&b->call, b->site.id, &b->site) != 0;
	memcpy(b->before, "Z", sizeof("Z"));
	if (b->over && b->at == 0 && b->plan == NULL)
		err_set(&b->failure, ERR_MISSING, "there is no such batch");
}

void
bulk_undo(const struct call *call)
{
	struct bulk *b = begin(call, next_undos);
	struct err e;

	if (b == NULL)
		return;
	if (call->id.n == STORE_ID_BYTES) {
		memcpy(b->batch, call->id.p, STORE_ID_BYTES);
		go_on(b);
		return;
	}
	err_set(&e, ERR_MISSING, "there is no such batch");
	problem_answer(call->request, &e, NULL);
}

void
bulk_decide_plan(const struct call *call, struct bulk_plan *p)
{
	struct bulk *b = begin(call, next_decisions);
	uint32_t begun;
	struct err e;

	if (b == NULL)
		return;
	b->plan = p;
	b->order.wish = p->wish;
	b->order.by_filter = true;
	b->pick = (struct bulk_pick){.hits = p->hits, .n = p->n};
	memcpy(b->batch, p->batch, sizeof(b->batch));
	if (!p->again || resume(b, &begun, &e) == 0)
		go_on(b);
	else
		problem_answer(call->request, &e, NULL);
}

void
bulk_undo_plan(const struct call *call, struct bulk_plan *p)
{
	struct bulk *b = begin(call, next_undos);

	if (b == NULL)
		return;
	b->plan = p;
	memcpy(b->batch, p->batch, sizeof(b->batch));
	go_on(b);
}
