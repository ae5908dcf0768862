#include "rejudge.h"

#include "../format/basis_json.h"
#include "../format/json.h"

const char *const rejudge_missing[] = {
    "author.role",
    "lists",
    "decisions",
    NULL,
};

/* Of a mail address it matters that there was one; that has a pseudonym. */
static struct comment
comment_of(const struct record *r)
{
	return (struct comment){
	    .id = r->engine_id,
	    .thread = r->thread,
	    .parent = r->parent,
	    .type = r->type,
	    .content = r->content,
	    .format = r->html ? FORMAT_HTML : FORMAT_TEXT,
	    .author =
		{
		    .id = r->author_id,
		    .name = r->author_name,
		    .email = r->author_email,
		    .url = r->author_url,
		},
	    .fill_ms = -1,
	};
}

/*
 * What the record keeps of what it was judged by; nothing, if it is old. 0,
 * or -1: there is no memory for it.
 */
static int
restore(struct comment *c, struct signals *out, const struct record *r)
{
	struct err e = {ERR_NONE, ""};
	struct basis b;
	json_t *o;

	json_begin();
	o = r->basis.n == 0 ? NULL : json_read(r->basis, &e);
	if (o == NULL || basis_read(&b, o) != NULL)
		b = (struct basis){.fill_ms = -1};
	json_decref(o);
	basis_restore(&b, c);
	*out = b.signals;
	return e.code == ERR_DOWN ? -1 : 0;
}

int
rejudge(struct verdict *out, const struct record *r, const struct judge *judges,
    uint32_t n, struct arena *a)
{
	struct comment c = comment_of(r);
	struct signals signals;
	struct reading reading;
	size_t before = a->used, read;
	/* nobody looks up what it is recognised by */
	int failed = restore(&c, &signals, r) != 0 ||
		     moderate_read(&reading, &c, &siphash_open_key, a) != 0;

	read = a->used;
	for (uint32_t i = 0; i < n && !failed; i++) {
		failed =
		    moderate_judge(&out[i], &reading, &signals, &judges[i], a);
		arena_rewind(a, read);
	}
	arena_rewind(a, before);
	return failed ? -1 : 0;
}
