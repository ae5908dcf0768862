#include "basis_json.h"

#include "../../core/escape.h"
#include "../../core/features.h"
#include "json.h"
#include "json_out.h"

static const char *const kinds[SIGNALS] = {
    [SIGNAL_AUTHOR] = "author",
    [SIGNAL_EMAIL] = "email",
    [SIGNAL_IP] = "ip",
    [SIGNAL_NET] = "net",
    [SIGNAL_THREAD] = "thread",
    [SIGNAL_AUTHOR_TEXT] = "author_text",
    [SIGNAL_IP_TEXT] = "ip_text",
    [SIGNAL_TEXT] = "text",
    [SIGNAL_NEAR] = "near",
    [SIGNAL_HOST] = "host",
};

struct basis
basis_of(const struct comment *c, const struct signals *s,
    const unsigned char *digest)
{
	struct basis b = {
	    .signals = *s,
	    .fill_ms = c->fill_ms,
	    .email = c->author.email.n > 0,
	    .honeypot = c->honeypot.n > 0,
	    .cut = c->cut,
	    .agent = features_agent(c->author.user_agent),
	};

	if (digest != NULL)
		escape_hex(b.model, digest, BASIS_MODEL_BYTES / 2);
	return b;
}

/* Whether a site weighs a head as the model does. */
static bool
is_as_before(const struct model_shift *s)
{
	return s->scale == 1 && s->slots == model_shift_none.slots;
}

void
basis_add_site(struct basis *b, const struct model *m, const struct verdict *v)
{
	if (m == NULL || m->site == NULL)
		return;
	b->site_labels = m->site_labels;
	for (int h = 0; h < MODEL_HEADS; h++) {
		b->shifted[h] = !is_as_before(&m->site[h]);
		if (b->shifted[h])
			b->site[h] = (struct model_say){
			    m->heads[h].bias, m->site[h].scale, v->own[h]};
	}
}

bool
basis_is_by(const struct basis *b, const unsigned char *digest)
{
	char hex[BASIS_MODEL_BYTES + 1];

	escape_hex(hex, digest, BASIS_MODEL_BYTES / 2);
	return strcmp(b->model, hex) == 0;
}

void
basis_judge(
    struct basis_judge *out, const struct basis *b, const struct model *m)
{
	out->model = *m;
	for (int h = 0; h < MODEL_HEADS; h++) {
		out->shifts[h] = model_shift_none;
		if (!b->shifted[h])
			continue;
		out->shifts[h] = model_shift_said(&b->site[h]);
		out->model.heads[h].bias = b->site[h].bias;
	}
	if (b->site_labels == 0)
		return;
	out->model.site = out->shifts;
	out->model.alone = m->heads;
	out->model.site_labels = b->site_labels;
}

static void
put_counts(struct json_out *o, const struct signals *s)
{
	if (!s->known) {
		json_out_null(o, "counts");
		return;
	}
	json_out_open(o, "counts", '{');
	for (int k = 0; k < SIGNALS; k++) {
		if (s->of[k].count < 2)
			continue;
		json_out_open(o, kinds[k], '[');
		json_out_integer(o, NULL, s->of[k].count);
		json_out_integer(o, NULL, s->of[k].gap_ms);
		json_out_close(o, ']');
	}
	json_out_close(o, '}');
}

static void
put_site(struct json_out *o, const struct basis *b)
{
	json_out_open(o, "site", '{');
	json_out_integer(o, "labels", b->site_labels);
	for (int h = 0; h < MODEL_HEADS; h++) {
		if (!b->shifted[h])
			continue;
		json_out_open(o, model_head_name((enum model_head_id)h), '[');
		json_out_real(o, NULL, b->site[h].bias);
		json_out_real(o, NULL, b->site[h].scale);
		json_out_real(o, NULL, b->site[h].added);
		json_out_close(o, ']');
	}
	json_out_close(o, '}');
}

struct span
basis_write(const struct basis *b, struct arena *a)
{
	struct json_out o;

	json_out_begin(&o, a);
	json_out_open(&o, NULL, '{');
	if (b->model[0] != '\0')
		json_out_text(&o, "model", span_of(b->model));
	put_counts(&o, &b->signals);
	if (b->signals.trust > 0)
		json_out_integer(&o, "trust", b->signals.trust);
	if (b->fill_ms >= 0)
		json_out_integer(&o, "fill_ms", b->fill_ms);
	if (b->email)
		json_out_boolean(&o, "email", true);
	if (b->honeypot)
		json_out_boolean(&o, "honeypot", true);
	if (b->cut)
		json_out_boolean(&o, "cut", true);
	if (b->agent.n > 0)
		json_out_text(&o, "agent", b->agent);
	if (b->site_labels > 0)
		put_site(&o, b);
	json_out_close(&o, '}');
	return json_out_end(&o);
}

/* A whole number of `low` or more into `out`, if it is there. */
static bool
read_whole(const json_t *v, int64_t low, int64_t high, int64_t *out)
{
	if (v == NULL)
		return true;
	*out = json_integer_value(v);
	return json_is_integer(v) && *out >= low && *out <= high;
}

static bool
read_signal(const json_t *v, struct signal *s)
{
	int64_t count = 0;

	*s = (struct signal){.gap_ms = -1};
	if (v == NULL)
		return true;
	if (json_array_size(v) != 2 ||
	    !read_whole(json_array_get(v, 0), 1, UINT32_MAX, &count) ||
	    !read_whole(json_array_get(v, 1), -1, INT64_MAX, &s->gap_ms))
		return false;
	s->count = (uint32_t)count;
	return true;
}

static bool
read_counts(const json_t *v, struct signals *s)
{
	s->known = json_is_object(v);
	if (v == NULL || json_is_null(v))
		return true;
	for (int k = 0; s->known && k < SIGNALS; k++)
		if (!read_signal(json_object_get(v, kinds[k]), &s->of[k]))
			return false;
	return s->known;
}

static bool
read_model(const json_t *v, struct basis *b)
{
	size_t n = json_string_length(v);

	if (v == NULL)
		return true;
	if (!json_is_string(v) || n > BASIS_MODEL_BYTES)
		return false;
	memcpy(b->model, json_string_value(v), n);
	return true;
}

/* A head's three numbers. */
static bool
read_say(const json_t *v, struct model_say *s)
{
	double *const to[] = {&s->bias, &s->scale, &s->added};
	bool well = json_array_size(v) == 3;

	for (size_t i = 0; well && i < 3; i++) {
		well = json_is_number(json_array_get(v, i));
		*to[i] = json_number_value(json_array_get(v, i));
	}
	return well;
}

static bool
read_site(const json_t *v, struct basis *b)
{
	int64_t labels = 0;

	if (v == NULL)
		return true;
	if (!read_whole(json_object_get(v, "labels"), 1, UINT32_MAX, &labels) ||
	    labels == 0)
		return false;
	b->site_labels = (uint32_t)labels;
	for (int h = 0; h < MODEL_HEADS; h++) {
		const json_t *of =
		    json_object_get(v, model_head_name((enum model_head_id)h));

		b->shifted[h] = of != NULL;
		if (of != NULL && !read_say(of, &b->site[h]))
			return false;
	}
	return true;
}

const char *
basis_read(struct basis *b, const json_t *o)
{
	const json_t *agent = json_object_get(o, "agent");
	int64_t trust = 0;

	*b = (struct basis){.fill_ms = -1};
	if (!json_is_object(o))
		return "expected an object";
	if (!read_counts(json_object_get(o, "counts"), &b->signals))
		return "counts: expected pairs of count and gap";
	if (!read_whole(json_object_get(o, "trust"), 0, UINT32_MAX, &trust))
		return "trust: expected a whole number";
	if (!read_whole(
		json_object_get(o, "fill_ms"), 0, INT64_MAX, &b->fill_ms))
		return "fill_ms: expected a whole number";
	if (!read_model(json_object_get(o, "model"), b))
		return "model: expected some digits";
	if (!read_site(json_object_get(o, "site"), b))
		return "site: expected labels, and three numbers a head";
	b->signals.trust = (uint32_t)trust;
	b->email = json_is_true(json_object_get(o, "email"));
	b->honeypot = json_is_true(json_object_get(o, "honeypot"));
	b->cut = json_is_true(json_object_get(o, "cut"));
	b->agent = features_agent(json_text(agent));
	return NULL;
}

void
basis_restore(const struct basis *b, struct comment *c)
{
	c->fill_ms = b->fill_ms;
	c->cut = b->cut;
	c->author.user_agent = b->agent;
	if (b->email)
		c->author.email = span_of("kept to itself");
	if (b->honeypot)
		c->honeypot = span_of("filled");
}
