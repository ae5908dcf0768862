/*
 * Any JSON as a page of the trainer: whatever its texts and names, the page
 * has no element but those of its own, and no attribute.
 */
#include "../../training/page.h"
#include "input.h"

static const char *const elements[] = {"h1", "h2", "h3", "h4", "h5", "table",
    "tr", "th", "td", "small", "bdi", "p", "body", "html"};
enum { ELEMENTS = sizeof elements / sizeof *elements };

static bool
is_own(const char *tag, size_t n)
{
	for (size_t i = 0; i < ELEMENTS; i++)
		if (strlen(elements[i]) == n && !memcmp(elements[i], tag, n))
			return true;
	return false;
}

/* Behind the head, which is the same in all. */
static void
check(const char *text)
{
	const char *at = strstr(text, "<h1>");

	require(at != NULL);
	while ((at = strchr(at, '<')) != NULL) {
		const char *tag = at + 1 + (at[1] == '/');
		size_t n = strcspn(tag, ">");

		require(tag[n] == '>' && is_own(tag, n));
		at = tag + n;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = input_of(data, size), page;
	char *title = text_of(take_line(&in));
	struct page_words words = {title, title};
	json_t *o = json_loadb(in.p, in.n, JSON_REJECT_DUPLICATES, NULL);

	if (json_is_object(o)) {
		page = page_html(o, &words);
		require(page.p != NULL);
		check(page.p);
		free((char *)page.p);
	}
	json_decref(o);
	free(title);
	return 0;
}
