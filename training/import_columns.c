#include "import_columns.h"

enum { NAMES_MAX = 10 };

/* The first name is also what --column calls it. */
static const char *const names[IMPORT_KEYS][NAMES_MAX] = {
    [IMPORT_ID] = {"id", "comment_id"},
    [IMPORT_TEXT] = {"text", "content", "comment_content", "comment_text",
	"comment", "message", "body", "sms", "v2"},
    [IMPORT_LABEL] = {"label", "class", "is_spam", "isspam", "spam", "category",
	"target", "v1"},
    [IMPORT_AUTHOR] = {"author", "comment_author", "author_name", "name",
	"username"},
    [IMPORT_AUTHOR_ID] = {"author_id", "user_id"},
    [IMPORT_EMAIL] = {"email", "comment_author_email", "author_email"},
    [IMPORT_URL] = {"url", "comment_author_url", "author_url", "website"},
    [IMPORT_IP] = {"ip", "comment_author_ip", "author_ip", "user_ip",
	"ip_address"},
    [IMPORT_USER_AGENT] = {"user_agent", "comment_agent", "useragent"},
    [IMPORT_TIME] = {"time", "comment_date_gmt", "comment_date", "created_at",
	"timestamp", "date"},
    [IMPORT_THREAD] = {"thread", "permalink", "comment_post_id", "post_id",
	"page", "video"},
    [IMPORT_FORMAT] = {"format"},
    [IMPORT_TYPE] = {"type", "comment_type"},
};

bool
import_columns_same(struct span name, struct span wanted)
{
	return name.n != 0 && span_alike(name, wanted);
}

struct span
import_columns_name(
    const struct import_columns *c, enum import_key key, size_t i)
{
	if (c->given[key].n != 0)
		return i == 0 ? c->given[key] : (struct span){0};
	if (i >= NAMES_MAX || names[key][i] == NULL)
		return (struct span){0};
	return span_of(names[key][i]);
}

static int
read_one(struct import_columns *c, struct span pair, struct err *e)
{
	const char *equals = memchr(pair.p, '=', pair.n);
	size_t n = equals != NULL ? (size_t)(equals - pair.p) : pair.n;
	struct span key = {pair.p, n};
	for (int k = 0; k < IMPORT_KEYS; k++) {
		if (!span_equal(key, span_of(names[k][0])))
			continue;
		if (equals == NULL || n + 1 == pair.n)
			break;
		c->given[k] = (struct span){equals + 1, pair.n - n - 1};
		return 0;
	}
	return err_set(e, ERR_INPUT,
	    "--column %.*s: expected KEY=NAME with a KEY of text, label, id, "
	    "author, author_id, email, url, ip, user_agent, time, thread, "
	    "format, type",
	    (int)(pair.n < 60 ? pair.n : 60), pair.p);
}

int
import_columns_read(struct import_columns *c, const char *text, struct err *e)
{
	*c = (struct import_columns){0};
	while (text != NULL && *text != '\0') {
		size_t n = strcspn(text, ",");
		if (read_one(c, (struct span){text, n}, e) < 0)
			return -1;
		text += n + (text[n] == ',');
	}
	return 0;
}
