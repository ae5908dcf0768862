/*
 * Any bytes as the files of a model's folder: its card, its proposal and its
 * model.bin are all the same file here. What is shown of it is JSON, and of a
 * proposal nothing but what the API promises.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "../../service/edge/format/json.h"
#include "../../service/edge/format/promotion_json.h"
#include "../../service/edge/model/model_card.h"
#include "../../service/edge/model/model_proposal.h"
#include "arena.h"

enum { ROOM = 1 << 14, PATH = 128, OBJECTIONS_MAX = 16 };

static char folder[] = "/dev/shm/moderato-fuzz-XXXXXX";
static const char *const files[] = {
    "card.json", "proposal.json", "model.bin", "report.html"};
enum { FILES = sizeof files / sizeof *files };

static void
path_of(size_t i, char out[PATH])
{
	snprintf(out, PATH, "%s/%s", folder, files[i]);
}

static void
remove_all(void)
{
	char path[PATH];

	for (size_t i = 0; i < FILES; i++) {
		path_of(i, path);
		unlink(path);
	}
	rmdir(folder);
}

/* One file by all its names. */
static int
make(void)
{
	char first[PATH], path[PATH];
	int fd;

	require(mkdtemp(folder) != NULL);
	path_of(0, first);
	fd = open(first, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	for (size_t i = 1; i < FILES; i++) {
		path_of(i, path);
		require(link(first, path) == 0);
	}
	atexit(remove_all);
	return fd;
}

static void
check_proposal(void)
{
	json_t *o = model_proposal_read(folder), *one;
	const json_t *list = json_object_get(o, "objections");
	size_t i;

	if (o == NULL)
		return;
	require(json_object_size(o) == 7);
	require(json_array_size(list) <= OBJECTIONS_MAX);
	json_array_foreach(list, i, one)
	{
		require(json_object_size(one) == 3);
		require(json_string_length(json_object_get(one, "detail")) > 0);
	}
	json_decref(o);
}

static void
check_card(struct arena *a, size_t size)
{
	json_t *o = model_card_json(folder, MODEL_WHOLE, a);
	struct promotion_budget b = promotion_budget(folder);
	struct span page;
	struct err e;
	char *text;

	require(o != NULL && a->used == 0);
	text = json_dumps(o, 0);
	require(text != NULL);
	free(text);
	json_decref(o);
	require(b.hold >= 0 && b.reject >= 0);
	if (model_card_page(&page, folder, MODEL_REPORT, a, &e) == 0)
		require(page.n == size);
	require(model_card_page(&page, folder, MODEL_PROPOSAL, a, &e) != 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd;
	struct arena a;

	if (fd == 0)
		fd = make();
	require(pwrite(fd, data, size, 0) == (ssize_t)size);
	require(ftruncate(fd, (off_t)size) == 0);
	arena_open(&a, size % 3 == 0 ? size : size + ROOM);
	check_proposal();
	check_card(&a, size);
	arena_drop(&a);
	return 0;
}
