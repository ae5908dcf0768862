#include "courier_message.h"

#include <inttypes.h>
#include <stdio.h>

#include "../format/json_out.h"
#include "../process/secrets_seal.h"
#include "callback.h"
#include "courier_retry.h"
#include "webhook_secret.h"
#include "webhook_url.h"

enum {
	GONE = 410,
	WORTH_WAITING_S = 24 * 3600, /* what Retry-After may ask for */
	REFUSALS_MAX = 3, /* of a callback that answers, but not "success" */
};

static struct span
to_json(const struct delivery *d, struct arena *a)
{
	const struct delivery_facts *f = &d->facts;
	struct json_out o;

	json_out_begin(&o, a);
	json_out_open(&o, NULL, '{');
	json_out_text(&o, "type", d->type);
	json_out_time(&o, "timestamp", d->created_at_ms);
	json_out_open(&o, "data", '{');
	json_out_text(&o, "site", f->site);
	json_out_text_if_any(&o, "id", d->comment);
	json_out_text_if_any(&o, "engine_id", f->engine_id);
	json_out_text_if_any(&o, "thread", f->thread);
	json_out_text_if_any(&o, "state", d->after);
	json_out_text_if_any(&o, "previous_state", d->before);
	json_out_text_if_any(&o, "decision", d->decision);
	json_out_text_if_any(&o, "action", f->action);
	json_out_text_if_any(&o, "actor", f->actor);
	json_out_text_if_any(&o, "reason", f->reason);
	json_out_close(&o, '}');
	json_out_close(&o, '}');
	return json_out_end(&o);
}

/* A header line; NULL: the arena is full. */
static const char *
header(struct arena *a, const char *name, struct span value)
{
	size_t size = strlen(name) + 2 + value.n + 1;
	char *line = arena_alloc(a, size);

	if (line != NULL)
		snprintf(line, size, "%s: %.*s", name, (int)value.n, value.p);
	return line;
}

/* The signatures with the secret, and with the one before while it signs. */
static const char *
sign(const struct message_maker *mk, const struct delivery_facts *f,
    const struct webhook_content *c)
{
	struct span sealed[] = {f->secret, f->old_secret};
	char *line = arena_alloc(mk->arena, 256);
	int n = line == NULL ? 0 : snprintf(line, 256, "webhook-signature:");

	for (int i = 0; i < 2 && n > 0; i++) {
		struct span plain =
		    secrets_unseal(mk->secret, sealed[i], mk->arena);
		struct span made = {NULL, 0};

		if (plain.p != NULL)
			made = webhook_sign(plain, c, mk->arena);
		if (made.p == NULL)
			return i == 0 ? NULL : line;
		n += snprintf(line + n, 256 - (size_t)n, " %s", made.p);
	}
	return line;
}

static int
make_signed(const struct message_maker *mk, const struct delivery *d,
    struct message *m, struct http_order *o)
{
	struct webhook_content c = {
	    .id = d->id,
	    .at_s = mk->now_ms / 1000,
	    .body = to_json(d, mk->arena),
	};
	char at[24];

	if (c.body.p == NULL)
		return -1;
	snprintf(at, sizeof at, "%" PRId64, c.at_s);
	m->headers[0] = "Content-Type: application/json";
	m->headers[1] = header(mk->arena, "webhook-id", c.id);
	m->headers[2] = header(mk->arena, "webhook-timestamp", span_of(at));
	m->headers[3] = sign(mk, &d->facts, &c);
	o->body = c.body;
	o->url = d->facts.url.p;
	return m->headers[1] == NULL || m->headers[2] == NULL ||
		       m->headers[3] == NULL
		   ? -1
		   : 0;
}

static int
make_form(const struct message_maker *mk, const struct delivery *d,
    struct message *m, struct http_order *o)
{
	/* as it is by now: what is sent late must not undo what came after */
	bool spam = !span_equal(
	    d->facts.state, span_of(comment_state_name(COMMENT_PUBLISHED)));
	struct callback c;

	if (callback_unseal(&c, mk->secret, d->facts.callback, mk->arena) != 0)
		return -1;
	o->body = callback_form(c.key, d->comment.p, spam, mk->arena);
	o->url = c.url.p;
	m->headers[0] = "X-Akismet-Webhook: 1";
	return o->body.p == NULL ? -1 : 0;
}

static bool
is_callback(const struct delivery *d)
{
	return d->webhook.n == 0;
}

int
message_make(const struct message_maker *mk, const struct delivery *d,
    struct message *m, struct http_order *o)
{
	struct webhook_url url;

	*m = (struct message){{NULL}, false};
	*o = (struct http_order){
	    .method = "POST",
	    .headers = m->headers,
	    .allows = webhook_allows,
	    .arg = &m->listed,
	    .answer = arena_alloc(mk->arena, MESSAGE_ANSWER_BYTES),
	    .answer_room = MESSAGE_ANSWER_BYTES,
	};
	if (o->answer == NULL ||
	    (is_callback(d) ? make_form(mk, d, m, o)
			    : make_signed(mk, d, m, o)) != 0)
		return mk->is_others
			   ? err_set(&o->err, ERR_DOWN,
				 "the service has another secret")
			   : err_set(&o->err, ERR_BUG, "it cannot be made");
	/* what the operator's list says now, not when it was set */
	if (webhook_url_read(&url, span_of(o->url)) != 0)
		return err_set(&o->err, ERR_INPUT, "the URL is not allowed");
	m->listed = webhook_host_listed(mk->hosts, url.host);
	if (!url.https && !m->listed)
		return err_set(&o->err, ERR_INPUT, "the URL is not https");
	return 0;
}

/* Whether the answer says that all is well; else o->err tells why not. */
static bool
is_done(const struct delivery *d, struct http_order *o)
{
	struct span answer = {o->answer, o->answer_n};

	if (o->status == 0)
		return false;
	if (o->status < 200 || o->status > 299) {
		err_set(&o->err, ERR_DOWN, "the answer was %u", o->status);
		return false;
	}
	if (!is_callback(d) || callback_done(answer, d->comment.p))
		return true;
	err_set(&o->err, ERR_CONFLICT, "the answer was not \"success\"");
	return false;
}

struct delivery_note
message_note(const struct delivery *d, struct http_order *o, int64_t now_ms,
    uint32_t random)
{
	struct delivery_note n = {
	    .id = d->id,
	    .webhook = d->webhook,
	    .now_ms = now_ms,
	    .due_at_ms = now_ms,
	    .status = o->status,
	    .state = DELIVERY_DONE,
	};
	int64_t wait_ms = courier_retry_ms(d->attempts, random);
	int64_t asked_s =
	    o->retry_s < WORTH_WAITING_S ? o->retry_s : WORTH_WAITING_S;

	if (is_done(d, o))
		return n;
	n.error = span_of(o->err.text);
	n.gone = o->status == GONE;
	n.pause_until_ms = now_ms + courier_pause_ms(d->facts.failures + 1);
	if (n.gone || wait_ms < 0 || o->err.code == ERR_INPUT ||
	    o->err.code == ERR_BUG ||
	    (o->err.code == ERR_CONFLICT && d->attempts >= REFUSALS_MAX)) {
		n.state = DELIVERY_FAILED;
		return n;
	}
	n.state = DELIVERY_DUE;
	n.due_at_ms += asked_s * 1000 > wait_ms ? asked_s * 1000 : wait_ms;
	return n;
}
