#include <stddef.h>

#include "../../core/utf8.h"
#include "../check/comment_json.h"
#include "../format/rfc3339.h"
#include "akismet_call.h"

enum { CHARSET_BYTES_MAX = 32, UTF8_BYTES_MAX = 4 };

/*
 * Where a field goes, with the bounds that /v1 has. Of those that go to the
 * same place the last that is not empty counts.
 */
static const struct field {
	const char *name;
	size_t offset, bytes_max;
	bool shown; /* to readers: what was cut of it is yet to be judged */
} fields[] = {
#define COMMENT(member) offsetof(struct comment, member)
    {"permalink", COMMENT(thread), 2048},
    {"comment_parent", COMMENT(parent), 256},
    {"content_type", COMMENT(type), 64}, /* Discourse */
    {"comment_type", COMMENT(type), 64},
    {"comment_content", COMMENT(content), CONTENT_BYTES_MAX, true},
    {"comment_author", COMMENT(author.name), 512, true},
    {"comment_author_email", COMMENT(author.email), 320},
    {"comment_author_url", COMMENT(author.url), 2048, true},
    {"comment_author_IP", COMMENT(author.ip), 64}, /* WordPress, of old ones */
    {"user_ip", COMMENT(author.ip), 64},
    {"comment_agent", COMMENT(author.user_agent), 1024}, /* likewise */
    {"user_agent", COMMENT(author.user_agent), 1024},
    {"user_role", COMMENT(author.role), 64},
    {"referrer", COMMENT(referrer), 2048},
};
enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

/* Fields that can be no honeypot, besides those above. */
static const char *const reserved[] = {"api_key", "key", "blog", "blog_lang",
    "blog_charset", "comment_date_gmt", "comment_post_modified_gmt", "is_test",
    "akismet_pre_check", "test_discard", "recheck_reason",
    "honeypot_field_name", "callback", "classify", "reporter",
    "comment_check_response", "site_domain"};

static bool
is_reserved(struct span name)
{
	for (size_t i = 0; i < FIELDS; i++)
		if (span_equal(name, span_of(fields[i].name)))
			return true;
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (span_equal(name, span_of(reserved[i])))
			return true;
	return false;
}

/* ISO 8601, or as MySQL writes it; 0: neither. */
static int64_t
read_time(struct span s)
{
	int64_t ms;

	return rfc3339_read_partial(s, &ms) == 0 ? ms : 0;
}

/* Reads `s` into the span `out`; an empty one leaves it as it is. */
static int
read_text(struct span *out, struct span s, size_t bytes_max,
    const struct akismet_call *a)
{
	struct span name = akismet_field(a, "blog_charset");

	if (s.n == 0)
		return 0;
	if (name.n > CHARSET_BYTES_MAX)
		name.n = 0;
	*out = charset_read(s, charset_named(name), bytes_max, a->form.arena);
	return out->p == NULL ? -1 : 0;
}

bool
akismet_is_ahead(const struct akismet_call *a)
{
	return akismet_flag(a, "akismet_pre_check");
}

/* One code point more than there is room for tells whether it was cut. */
static int
read_field(
    struct comment *c, const struct field *f, const struct akismet_call *a)
{
	struct span *out = (struct span *)((char *)c + f->offset);

	if (read_text(out, akismet_field(a, f->name),
		f->bytes_max + UTF8_BYTES_MAX, a) != 0)
		return -1;
	c->cut |= f->shown && out->n > f->bytes_max;
	*out = utf8_prefix(*out, f->bytes_max);
	return 0;
}

int
akismet_comment(struct akismet_call *a, struct comment *c)
{
	struct span trap = akismet_field(a, "honeypot_field_name");

	/* content may hold HTML, and where it does not, reads the same */
	*c = (struct comment){
	    .format = FORMAT_HTML,
	    .fill_ms = -1,
	    .created_at_ms = read_time(akismet_field(a, "comment_date_gmt")),
	    .test = akismet_flag(a, "is_test") || akismet_is_ahead(a),
	};
	for (const struct field *f = fields; f < fields + FIELDS; f++)
		if (read_field(c, f, a) != 0)
			return -1;
	comment_trim(c);
	if (trap.n == 0 || is_reserved(trap))
		return 0;
	return read_text(&c->honeypot, form_get(&a->form, trap), 4096, a);
}
