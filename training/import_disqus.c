/*
 * Disqus's export: threads, and then posts that name their thread. Deleted
 * posts are kept with their text; they were deleted for any reason at all.
 */
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "import.h"
#include "import_seen.h"
#include "import_xml.h"

static const char space[] = "http://disqus.com";

static const struct import_word words[] = {
    {"ham", LABEL_HAM},
    {"spam", LABEL_SPAM},
    {"deleted", LABEL_NONE},
    {NULL, 0},
};

/* By the path below disqus/post. */
static const struct {
	const char *parent, *name;
	enum import_key key;
} elements[] = {
    {"post", "message", IMPORT_TEXT},
    {"post", "createdAt", IMPORT_TIME},
    {"post", "ipAddress", IMPORT_IP},
    {"author", "name", IMPORT_AUTHOR},
    {"author", "email", IMPORT_EMAIL},
    {"author", "link", IMPORT_URL},
    {"author", "username", IMPORT_AUTHOR_ID},
};

enum { ELEMENTS = sizeof(elements) / sizeof(*elements) };

struct place {
	struct import_run *run;
	enum { OUTSIDE, THREAD, POST } in;
	bool author; /* within <author> */
	bool spam, deleted;
	uint64_t thread; /* of the id, when in one */
	struct import_record record;
	struct pool post;       /* the values of the post */
	struct pool pool;       /* the links of threads */
	struct import_seen ids; /* of threads: place in links */
	struct span *links;
	size_t n_links;
};

static bool
fits(struct span head)
{
	return import_xml_fits(head, space);
}

static bool
named(const struct import_element *el, const char *name)
{
	return span_equal(el->name, span_of(name));
}

static uint64_t
id_of(struct import_xml *x)
{
	struct span id = import_xml_attribute(x, "id");
	return XXH3_64bits(id.p != NULL ? id.p : "", id.n);
}

static void
open_post(struct place *at, struct import_xml *x)
{
	at->in = POST;
	at->author = at->spam = at->deleted = false;
	at->record = (struct import_record){.line = import_xml_line(x),
	    .value[IMPORT_ID] =
		pool_copy(&at->post, import_xml_attribute(x, "id"))};
}

static void
opened(void *arg, struct import_xml *x, const struct import_element *el)
{
	struct place *at = arg;
	if (el->depth == 1 && named(el, "post")) {
		open_post(at, x);
	} else if (el->depth == 1 && named(el, "thread")) {
		at->in = THREAD;
		at->thread = id_of(x);
	} else if (at->in == POST && el->depth == 2) {
		at->author = named(el, "author");
		if (!named(el, "thread"))
			return;
		size_t link = import_seen_find(&at->ids, id_of(x), at->n_links);
		if (link < at->n_links)
			at->record.value[IMPORT_THREAD] = at->links[link];
	}
}

static void
close_in_thread(struct place *at, const struct import_element *el)
{
	if (el->depth != 2 || !named(el, "link") ||
	    import_seen_add(&at->ids, at->thread, at->n_links) != at->n_links)
		return;
	at->links = memory_append(at->links, at->n_links, sizeof(*at->links));
	at->links[at->n_links++] = pool_copy(&at->pool, el->text);
}

static void
close_in_post(struct place *at, const struct import_element *el)
{
	bool yes = span_equal(el->text, span_of("true"));
	const char *parent = el->depth == 2 ? "post"
			     : at->author   ? "author"
					    : "";
	if (el->depth == 2 && named(el, "isSpam"))
		at->spam = yes;
	else if (el->depth == 2 && named(el, "isDeleted"))
		at->deleted = yes;
	for (int i = 0; i < ELEMENTS && el->depth <= 3; i++)
		if (strcmp(parent, elements[i].parent) == 0 &&
		    named(el, elements[i].name))
			at->record.value[elements[i].key] =
			    pool_copy(&at->post, el->text);
}

static int
close_post(struct place *at, struct err *e)
{
	at->record.value[IMPORT_LABEL] = span_of(at->spam      ? "spam"
						 : at->deleted ? "deleted"
							       : "ham");
	int failed = import_put(at->run, &at->record, e);
	pool_release(&at->post);
	return failed;
}

static int
closed(void *arg, const struct import_element *el, struct err *e)
{
	struct place *at = arg;
	int in = at->in;
	if (el->depth == 1)
		at->in = OUTSIDE;
	if (el->depth == 1 && in == POST)
		return close_post(at, e);
	if (in == POST)
		close_in_post(at, el);
	else if (in == THREAD)
		close_in_thread(at, el);
	return 0;
}

static int
read_source(struct import_run *run, struct err *e)
{
	struct place at = {.run = run};
	const struct import_xml_visit visit = {"disqus", opened, closed, &at};
	int failed = import_xml_read(run->input, &visit, e);
	import_seen_release(&at.ids);
	pool_release(&at.pool);
	pool_release(&at.post);
	free(at.links);
	return failed;
}

const struct importer import_disqus = {
    .name = "disqus",
    .format = FORMAT_HTML,
    .words = words,
    .fits = fits,
    .read = read_source,
};
