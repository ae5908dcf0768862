#include "disk_image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECTOR = 512, FILES_MAX = 8, PATH_BYTES = 256 };

/* Something that is not safe yet. */
struct change {
	int64_t at; /* where it begins; the new size of a truncation */
	size_t n;
	unsigned char *bytes; /* NULL: a truncation */
};

/* What is on the disk for sure, and the changes since, in order. */
struct image {
	char path[PATH_BYTES]; /* "": not in use */
	bool known;            /* was opened before */
	bool linked;           /* its name is in the folder … */
	bool made;             /* … and safe there */
	unsigned char *safe;
	size_t safe_n;
	struct change *changes;
	size_t n, room;
	/* what its name led to before, until the folder is synced */
	bool had_before;
	unsigned char *before;
	size_t before_n;
};

static struct image images[FILES_MAX];
static uint64_t random_state;

static void *
grown(void *p, size_t bytes)
{
	p = realloc(p, bytes > 0 ? bytes : 1);
	if (p == NULL)
		abort();
	return p;
}

void
image_drop_changes(struct image *i)
{
	while (i->n > 0)
		free(i->changes[--i->n].bytes);
}

static void
resize(struct image *i, size_t n)
{
	i->safe = grown(i->safe, n);
	if (n > i->safe_n)
		memset(i->safe + i->safe_n, 0, n - i->safe_n);
	i->safe_n = n;
}

/* Puts a part of a change on the disk. */
static void
apply(struct image *i, const struct change *c, size_t from, size_t to)
{
	size_t at = (size_t)c->at;

	if (c->bytes == NULL) {
		resize(i, at);
		return;
	}
	if (at + to > i->safe_n)
		resize(i, at + to);
	memcpy(i->safe + at + from, c->bytes + from, to - from);
}

static void
forget_before(struct image *i)
{
	free(i->before);
	i->before = NULL;
	i->had_before = false;
}

/* All names are as they look. */
static void
make_folder_safe(void)
{
	for (int k = 0; k < FILES_MAX; k++) {
		images[k].made = images[k].linked;
		forget_before(&images[k]);
	}
}

/* With its first sync a file's folder is synced, too. */
void
image_make_safe(struct image *i)
{
	for (size_t k = 0; k < i->n; k++)
		apply(i, &i->changes[k], 0, i->changes[k].n);
	image_drop_changes(i);
	if (!i->made)
		make_folder_safe();
}

void
image_change(struct image *i, int64_t at, const void *bytes, size_t n)
{
	struct change *c;

	if (i->n == i->room) {
		i->room = 2 * i->room + 64;
		i->changes = grown(i->changes, i->room * sizeof(*c));
	}
	c = &i->changes[i->n++];
	*c = (struct change){.at = at, .n = n};
	if (bytes != NULL)
		c->bytes = memcpy(grown(NULL, n), bytes, n);
}

/* The name is gone; its folder may not know that yet. */
void
image_unlink(struct image *i, bool synced)
{
	if (i->made && !i->had_before) {
		i->had_before = true;
		i->before = i->safe;
		i->before_n = i->safe_n;
		i->safe = NULL;
	}
	image_drop_changes(i);
	i->safe_n = 0;
	i->made = i->linked = false;
	if (synced)
		make_folder_safe();
}

struct image *
image_of(const char *path)
{
	struct image *free_one = NULL;

	for (int k = FILES_MAX - 1; k >= 0; k--) {
		struct image *i = &images[k];

		if (strcmp(i->path, path) == 0)
			return i;
		if (i->path[0] == '\0')
			free_one = i;
	}
	if (free_one == NULL || strlen(path) >= PATH_BYTES)
		abort();
	snprintf(free_one->path, PATH_BYTES, "%s", path);
	return free_one;
}

/* ---- what is lost */

void
image_seed(uint64_t seed)
{
	random_state = seed;
}

uint64_t
image_random(uint64_t n)
{
	/* xorshift64* */
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (random_state * 0x2545f4914f6cdd1dULL >> 11) % n;
}

/* Whether a sector of change `k` of `n`, torn at `torn`, is on the disk. */
static bool
survives(enum disk_loss loss, size_t k, size_t torn)
{
	switch (loss) {
	case LOSE_NONE:
		return true;
	case LOSE_SOME:
		return image_random(2) == 0;
	case LOSE_LATER:
		return k < torn || (k == torn && image_random(2) == 0);
	case LOSE_EARLIER:
		return k > torn || (k == torn && image_random(2) == 0);
	default:
		return false;
	}
}

/* Leaves on the disk what the loss lets be there of a change. */
static void
settle_change(struct image *i, enum disk_loss loss, size_t k, size_t torn)
{
	const struct change *c = &i->changes[k];
	size_t from = 0, to;

	do {
		to = from + SECTOR - (size_t)(c->at + (int64_t)from) % SECTOR;
		if (to > c->n || c->bytes == NULL)
			to = c->n;
		if (survives(loss, k, torn))
			apply(i, c, from, to);
		from = to;
	} while (from < c->n);
}

static void
settle_image(struct image *i, enum disk_loss loss)
{
	size_t torn = i->n > 0 ? image_random(i->n) : 0;
	bool now = i->made || loss == LOSE_NONE ||
		   (loss != LOSE_ALL && image_random(2) == 0);

	for (size_t k = 0; k < i->n; k++)
		settle_change(i, loss, k, torn);
	image_drop_changes(i);
	/* the folder is as it is now, or as it was before */
	i->made = now && i->linked;
	if (!now && i->had_before) {
		free(i->safe);
		i->safe = i->before;
		i->safe_n = i->before_n;
		i->before = NULL;
		i->made = true;
	}
	i->linked = i->made;
	forget_before(i);
}

/* All that is there already is safe. */
static void
read_image(struct image *i)
{
	FILE *f = fopen(i->path, "rb");
	long n;

	if (f == NULL)
		return;
	fseek(f, 0, SEEK_END);
	n = ftell(f);
	rewind(f);
	resize(i, (size_t)n);
	if (n > 0 && fread(i->safe, 1, (size_t)n, f) != (size_t)n)
		abort();
	fclose(f);
	i->made = i->linked = true;
}

struct image *
image_open(const char *path)
{
	struct image *i = image_of(path);

	if (!i->known)
		read_image(i);
	i->known = i->linked = true;
	return i;
}

static void
write_image(const struct image *i)
{
	FILE *f;

	if (!i->made) {
		unlink(i->path);
		return;
	}
	f = fopen(i->path, "wb");
	if (f == NULL || fwrite(i->safe, 1, i->safe_n, f) != i->safe_n ||
	    fclose(f) != 0)
		abort();
}

void
images_lose(enum disk_loss loss)
{
	for (int k = 0; k < FILES_MAX; k++) {
		if (images[k].path[0] == '\0')
			continue;
		settle_image(&images[k], loss);
		write_image(&images[k]);
	}
}

void
images_forget(void)
{
	for (int k = 0; k < FILES_MAX; k++) {
		image_drop_changes(&images[k]);
		forget_before(&images[k]);
		free(images[k].changes);
		free(images[k].safe);
		images[k] = (struct image){.n = 0};
	}
}
