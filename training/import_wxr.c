/*
 * WordPress's own export (WXR): RSS whose items hold wp:comment elements.
 * It leaves spam out (export.php asks for comment_approved <> 'spam').
 */
#include <string.h>

#include "import.h"
#include "import_word_press.h"
#include "import_xml.h"

static const char space_start[] = "http://wordpress.org/export/";

static const struct {
	const char *name;
	enum import_key key;
} elements[] = {
    {"comment_id", IMPORT_ID},
    {"comment_author", IMPORT_AUTHOR},
    {"comment_author_email", IMPORT_EMAIL},
    {"comment_author_url", IMPORT_URL},
    {"comment_author_IP", IMPORT_IP},
    {"comment_date_gmt", IMPORT_TIME},
    {"comment_content", IMPORT_TEXT},
    {"comment_approved", IMPORT_LABEL},
    {"comment_type", IMPORT_TYPE},
};

enum { ELEMENTS = sizeof(elements) / sizeof(*elements) };

struct place {
	struct import_run *run;
	struct pool page;    /* holds the link of the item */
	struct pool comment; /* … the values of the comment */
	struct span link;
	int depth; /* of the comment; 0: outside of one */
	struct import_record record;
};

static bool
fits(struct span head)
{
	return import_xml_fits(head, space_start);
}

static bool
is_comment(const struct import_element *el)
{
	size_t n = strlen(space_start);
	return span_equal(el->name, span_of("comment")) && el->space.n > n &&
	       memcmp(el->space.p, space_start, n) == 0;
}

static void
opened(void *arg, struct import_xml *x, const struct import_element *el)
{
	struct place *at = arg;
	if (at->depth != 0)
		return;
	if (is_comment(el)) {
		at->depth = el->depth;
		at->record = (struct import_record){.line = import_xml_line(x),
		    .value[IMPORT_THREAD] = at->link};
	} else if (span_equal(el->name, span_of("item"))) {
		pool_release(&at->page);
		at->link = (struct span){0};
	}
}

static void
closed_within(struct place *at, const struct import_element *el)
{
	for (int i = 0; i < ELEMENTS; i++)
		if (span_equal(el->name, span_of(elements[i].name)))
			at->record.value[elements[i].key] =
			    pool_copy(&at->comment, el->text);
}

static int
closed(void *arg, const struct import_element *el, struct err *e)
{
	struct place *at = arg;
	if (at->depth == 0) {
		/* the item's, which comes before its comments */
		if (span_equal(el->name, span_of("link")) && at->link.n == 0)
			at->link = pool_copy(&at->page, el->text);
		return 0;
	}
	if (el->depth == at->depth + 1)
		closed_within(at, el);
	if (el->depth != at->depth)
		return 0;
	at->depth = 0;
	int failed = import_put(at->run, &at->record, e);
	pool_release(&at->comment);
	return failed;
}

static int
read_source(struct import_run *run, struct err *e)
{
	struct place at = {.run = run};
	const struct import_xml_visit visit = {"rss", opened, closed, &at};
	int failed = import_xml_read(run->input, &visit, e);
	pool_release(&at.page);
	pool_release(&at.comment);
	return failed;
}

const struct importer import_wxr = {
    .name = "wxr",
    .format = FORMAT_HTML,
    .words = import_word_press,
    .warning = "WordPress leaves spam out of its exports (WXR), so these "
	       "rows teach ham only; wp-csv has spam too, see --help",
    .fits = fits,
    .read = read_source,
};
