#include "store_queue.h"

#include "store_ops.h"

void
store_describe_by(struct store *s, const struct store_describer *d)
{
	s->ops->describe_by(s, d);
}

int
store_find_page(struct store_reader *r, const struct queue_query *q,
    struct queue_page *out, struct err *e)
{
	return r->ops->find_page(r, q, out, e);
}

int
store_get_number(struct store_reader *r, int64_t number, struct arena *a,
    struct record *out, struct err *e)
{
	return r->ops->get_number(r, number, a, out, e);
}

int
store_get_aside(struct store_reader *r, struct store_ref ref,
    struct queue_aside *out, struct err *e)
{
	return r->ops->get_aside(r, ref, out, e);
}

int
store_each_of_batch(struct store_reader *r, const struct batch_ref *ref,
    const struct decision_visit *visit, struct err *e)
{
	return r->ops->each_of_batch(r, ref, visit, e);
}

int
store_each_tally(
    struct store_reader *r, const struct tally_visit *visit, struct err *e)
{
	return r->ops->each_tally(r, visit, e);
}

int
store_get_held(
    struct store_reader *r, int64_t site, struct queue_held *h, struct err *e)
{
	return r->ops->get_held(r, site, h, e);
}

int
store_get_delays(struct store_reader *r, struct queue_delays *d, struct err *e)
{
	return r->ops->get_delays(r, d, e);
}

int
store_count_reasons(
    struct store_reader *r, struct queue_reasons *out, struct err *e)
{
	return r->ops->count_reasons(r, out, e);
}

int
store_get_author(struct store_reader *r, struct queue_author *a, struct err *e)
{
	return r->ops->get_author(r, a, e);
}

int
store_count_facet(struct store_reader *r, enum facet_kind kind,
    const struct store_facet *f, int64_t *n, struct err *e)
{
	return r->ops->count_facet(r, kind, f, n, e);
}

int
store_find_person(
    struct store_reader *r, struct store_person_page *p, struct err *e)
{
	return r->ops->person->find(r, p, e);
}

int
store_each_label_of(
    struct store_reader *r, struct store_person_labels *p, struct err *e)
{
	return r->ops->person->each_label(r, p, e);
}

int
store_erase(struct store *s, struct store_erasure *x, struct err *e)
{
	return s->ops->person->erase(s, x, e);
}

int
store_add_note(struct store *s, const struct note *n, struct err *e)
{
	return s->ops->add_note(s, n, e);
}

int
store_each_note(struct store_reader *r, struct store_ref ref,
    const struct note_visit *visit, struct err *e)
{
	return r->ops->each_note(r, ref, visit, e);
}
