#include "store_delivery.h"
#include "store_ops.h"

int
store_set_webhook(struct store *s, const struct webhook *w, struct err *e)
{
	return s->ops->set_webhook(s, w, e);
}

int
store_drop_webhook(struct store *s, struct store_ref ref, struct err *e)
{
	return s->ops->drop_webhook(s, ref, e);
}

int
store_each_webhook(struct store_reader *r, struct store_ref ref,
    const struct webhook_visit *visit, struct err *e)
{
	return r->ops->each_webhook(r, ref, visit, e);
}

int
store_each_delivery(
    struct store_reader *r, const struct delivery_visit *visit, struct err *e)
{
	return r->ops->each_delivery(r, visit, e);
}

int
store_next_due(struct store_reader *r, enum delivery_lane lane,
    struct span busy, int64_t *at_ms, struct err *e)
{
	return r->ops->next_due(r, lane, busy, at_ms, e);
}

int
store_add_ping(struct store *s, const struct ping *p, struct err *e)
{
	return s->ops->add_ping(s, p, e);
}

int
store_replay_delivery(
    struct store *s, struct store_ref ref, int64_t now_ms, struct err *e)
{
	return s->ops->replay_delivery(s, ref, now_ms, e);
}

int
store_take_deliveries(struct store *s, struct delivery_take *t, struct err *e)
{
	return s->ops->take_deliveries(s, t, e);
}

int
store_note_deliveries(struct store *s, const struct delivery_note *notes,
    unsigned n, struct err *e)
{
	return s->ops->note_deliveries(s, notes, n, e);
}

int
store_expire_deliveries(
    struct store *s, struct delivery_expiry *x, struct err *e)
{
	return s->ops->expire_deliveries(s, x, e);
}
