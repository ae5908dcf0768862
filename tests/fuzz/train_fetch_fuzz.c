/*
 * Any bytes as what a service answers that the trainer fetches from: pages,
 * an empty line between two. Each row is taken once, none without the place
 * where the next page begins, and a service that says the same for ever is
 * left. training/daemon.c, which asks over HTTP, is this file here; what it
 * reads is http_client's.
 */
#include "../../training/fetch.h"
#include "input.h"

enum { PAGES_MAX = 64 };

struct daemon {
	struct span left; /* of the input */
	size_t rows, pages;
	bool local;
};

/* Up to an empty line, and that. */
static struct span
next_page(struct daemon *d)
{
	const char *end =
	    d->left.n > 0 ? memmem(d->left.p, d->left.n, "\n\n", 2) : NULL;
	struct span page = take(
	    &d->left, end != NULL ? (size_t)(end - d->left.p) + 1 : d->left.n);

	take(&d->left, 1);
	d->pages++;
	require(d->pages <= PAGES_MAX + d->rows);
	return page;
}

bool
daemon_is_local(const struct daemon *d)
{
	return d->local;
}

json_t *
daemon_ask(struct daemon *d, const char *method, const char *path, json_t *body,
    struct err *e)
{
	struct span page = next_page(d);
	json_t *answer = json_loadb(page.p, page.n, 0, NULL);

	require(strcmp(method, "GET") == 0 && body == NULL);
	require(strncmp(path, "/v1/sites", 9) == 0);
	if (answer == NULL)
		err_set(e, ERR_DOWN, "the answer is not JSON");
	return answer;
}

struct span
daemon_get(struct daemon *d, const char *path, struct err *e)
{
	struct span page = next_page(d);

	require(path[0] == '/' && strstr(path, "?limit=") != NULL);
	if (page.n == 0 && d->pages % 2 == 0)
		err_set(e, ERR_DOWN, "no answer");
	return page.n == 0 && d->pages % 2 == 0 ? (struct span){NULL, 0} : page;
}

char *
daemon_escape(struct span text)
{
	return text_of(text);
}

static int
take_row(void *arg, json_t *row, struct err *e)
{
	struct daemon *d = arg;

	d->rows++;
	require(json_is_object(row) && json_object_get(row, "order") == NULL);
	return json_object_get(row, "stop") == NULL
		   ? 0
		   : err_set(e, ERR_DOWN, "enough");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = input_of(data, size);
	uint8_t how = take_byte(&in);
	struct daemon d = {.left = in, .local = how & 1};
	struct fetch f = {
	    .daemon = &d,
	    .kind = how & 2 ? FETCH_HISTORY : FETCH_LABELS,
	    .site = how & 4 ? "a site" : NULL,
	    .days = how & 8 ? how : 0,
	    .take = take_row,
	    .arg = &d,
	};
	struct err e = {0};

	require(fetch_rows(&f, &e) == 0 || e.text[0] != '\0');
	return 0;
}
