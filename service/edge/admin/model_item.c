#include "model_item.h"

#include <math.h>

#include "../../core/utf8.h"
#include "../format/json.h"
#include "../format/json_members.h"

enum { CONTENT_BYTES_MAX = 2000, NAME_BYTES_MAX = 200 };

static json_t *
view_json(const struct model_view *v)
{
	return json_pack("{s:o, s:o}", "action", json_span(v->action), "score",
	    isnan(v->score) ? json_null() : json_real(v->score));
}

static json_t *
site_json(struct directory *sites, int64_t id)
{
	struct site site;
	struct err gone;

	if (directory_site(sites, id, &site, &gone) != 0)
		site.name[0] = '\0';
	return json_pack("{s:I, s:s}", "id", (json_int_t)id, "name", site.name);
}

static json_t *
decision_json(const char *kind)
{
	return kind == NULL ? json_null() : json_pack("{s:s}", "kind", kind);
}

json_t *
model_item_json(const struct model_item *i, struct directory *sites)
{
	const struct record *r = i->record;
	struct span content = utf8_prefix(r->content, CONTENT_BYTES_MAX);

	return json_pack("{s:s, s:o, s:o, s:s, s:s, s:o, s:b, s:o, s:o,"
			 " s:o, s:o}",
	    "id", r->id, "site", site_json(sites, r->site), "received_at",
	    json_time(r->received_at_ms), "state", comment_state_name(r->state),
	    "format", r->html ? "html" : "text", "content", json_span(content),
	    "cut", content.n < r->content.n, "author",
	    json_span(utf8_prefix(r->author_name, NAME_BYTES_MAX)), "decision",
	    decision_json(i->decision), "old", view_json(&i->of[CONTRAST_OLD]),
	    "new", view_json(&i->of[CONTRAST_NEW]));
}
