#include "rejudge.h"

const char *const rejudge_missing[] = {
    "author.email",
    "author.ip",
    "author.user_agent",
    "author.role",
    "referrer",
    "fill_ms",
    "honeypot",
    "counts",
    "trust",
    "lists",
    "decisions",
    NULL,
};

/* Of a mail address the record tells that there was one: as a pseudonym. */
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

int
rejudge(struct verdict *out, const struct record *r, const struct judge *judges,
    uint32_t n, struct arena *a)
{
	struct comment c = comment_of(r);
	struct signals unknown = {0};
	struct reading reading;
	size_t before = a->used, read;
	int failed = moderate_read(&reading, &c, a);

	read = a->used;
	for (uint32_t i = 0; i < n && !failed; i++) {
		failed =
		    moderate_judge(&out[i], &reading, &unknown, &judges[i], a);
		arena_rewind(a, read);
	}
	arena_rewind(a, before);
	return failed ? -1 : 0;
}
