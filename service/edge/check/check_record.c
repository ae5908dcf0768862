#include "check_record.h"

#include <arpa/inet.h>
#include <math.h>
#include <stdio.h>

#include "../../core/address.h"
#include "../format/basis_json.h"
#include "../model/model_file.h"

static int
set_pseudonym(struct span *out, struct span value,
    const unsigned char secret[SECRET_BYTES], struct arena *a)
{
	char *hex = arena_alloc(a, PSEUDONYM_BYTES + 1);

	*out = (struct span){NULL, 0};
	if (hex == NULL)
		return -1;
	if (value.n == 0)
		return 0;
	secrets_pseudonym(secret, value, hex);
	*out = (struct span){hex, PSEUDONYM_BYTES};
	return 0;
}

int
check_record_email(struct span *out, struct span email,
    const unsigned char secret[SECRET_BYTES], struct arena *a)
{
	char *folded = arena_alloc(a, email.n + 1);

	if (folded == NULL)
		return -1;
	email = span_strip(email);
	for (size_t i = 0; i < email.n; i++)
		folded[i] = span_lower(email.p[i]);
	return set_pseudonym(out, (struct span){folded, email.n}, secret, a);
}

/* "192.0.2.0/24" or "2001:db8::/48"; empty for what is no address. */
static int
set_net(struct span *out, struct span ip, struct arena *a)
{
	struct address address;
	char net[INET6_ADDRSTRLEN], *text = arena_alloc(a, sizeof(net) + 4);
	size_t kept;
	int v4;

	*out = (struct span){NULL, 0};
	if (text == NULL)
		return -1;
	if (!address_read(&address, ip))
		return 0;
	kept = address_net_bytes(&address);
	memset(address.bytes + kept, 0, sizeof(address.bytes) - kept);
	v4 = address_is_v4(&address);
	inet_ntop(v4 ? AF_INET : AF_INET6, address.bytes + (v4 ? 12 : 0), net,
	    sizeof(net));
	snprintf(text, sizeof(net) + 4, "%s/%d", net, v4 ? 24 : 48);
	*out = span_of(text);
	return 0;
}

void
check_record_comment(struct record *out, const struct reading *r)
{
	const struct comment *c = r->comment;

	out->created_at_ms = c->created_at_ms;
	out->engine_id = c->id;
	out->thread = c->thread;
	out->parent = c->parent;
	out->type = c->type;
	out->author_id = c->author.id;
	out->author_name = c->author.name;
	out->author_url = c->author.url;
	out->content = c->content;
	out->html = c->format == FORMAT_HTML;
	out->fingerprint = r->fingerprint.text;
}

int
check_record_address(struct record *out, const struct comment *c,
    const unsigned char secret[SECRET_BYTES], struct arena *a)
{
	if (set_pseudonym(&out->author_ip, c->author.ip, secret, a) != 0)
		return -1;
	return set_net(&out->author_net, c->author.ip, a);
}

uint64_t
check_record_author(const struct record *r, const struct comment_keys *keys)
{
	uint64_t parts[2] = {0};

	if (r->author_id.n == 0 && r->author_email.n == 0)
		return 0;
	if (r->author_id.n > 0) {
		parts[0] = secrets_mac(keys->author, r->author_id);
	} else {
		parts[0] = secrets_mac(keys->author, r->author_email);
		parts[1] = secrets_mac(keys->author, r->author_name);
	}
	return secrets_mac(
	    keys->author, (struct span){(const char *)parts, sizeof(parts)});
}

int
check_record_basis(
    struct record *out, const struct record_basis *by, struct arena *a)
{
	const struct model *m = by->model;
	struct basis b = basis_of(
	    by->comment, by->signals, m == NULL ? NULL : model_file_digest(m));

	basis_add_site(&b, m, by->verdict);
	out->basis = basis_write(&b, a);
	return out->basis.p != NULL ? 0 : -1;
}

void
check_record_verdict(struct record *out, const struct verdict *v)
{
	out->action = span_of(action_name(v->action));
	out->head = span_of(model_head_name(v->head));
	out->score = v->scores[v->head] >= 0 ? v->scores[v->head] : NAN;
}
