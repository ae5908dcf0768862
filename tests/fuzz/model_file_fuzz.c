/*
 * A model.bin in its folder, sound but for what the input lays into it, cut
 * or longer by some bytes, its digest made to fit or not: what loads, saves
 * as the same bytes; all else is refused in words that name the file.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "../../service/edge/model/model_card.h"
#include "../../service/edge/model/model_file.h"
#include "../../service/edge/process/secrets.h"
#include "arena.h"
#include "tiny_model.h"

enum { MORE = 16, ROOM = 4096, PATH = 64 };

static char folder[] = "/dev/shm/moderato-fuzz-XXXXXX", path[PATH];

static void
remove_all(void)
{
	unlink(path);
	rmdir(folder);
}

static void
make(void)
{
	require(mkdtemp(folder) != NULL);
	snprintf(path, sizeof path, "%s/model.bin", folder);
	atexit(remove_all);
}

static void
write_file(const unsigned char *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	require(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
	close(fd);
}

static void
fit_digest(unsigned char *bytes, size_t n)
{
	n -= MODEL_DIGEST_BYTES;
	secrets_sha256((struct span){(const char *)bytes, n}, bytes + n);
}

/* As the API shows it. */
static void
check_card(void)
{
	struct arena a;
	json_t *o;
	char *text;

	arena_open(&a, ROOM);
	o = model_card_json(folder, MODEL_BRIEF, &a);
	require(json_is_true(json_object_get(o, "fits")));
	text = json_dumps(o, 0);
	require(text != NULL);
	free(text);
	json_decref(o);
	arena_drop(&a);
}

/* In the place of the file, which is written anew for the next input. */
static void
check_saved(const struct model *m)
{
	struct err e;
	struct model *again;

	require(model_file_save(folder, m, &e) == 0);
	again = model_file_load(folder, &e);
	require(again != NULL && model_file_mark(again) == model_file_mark(m));
	model_file_free(again);
}

static void
check(const unsigned char *bytes, size_t n, bool fitted)
{
	unsigned char *again = malloc(model_bytes(TINY_LOG2));
	struct err e = {0};
	struct model *m = model_file_load(folder, &e);

	if (m == NULL) {
		require(strncmp(e.text, path, strlen(path)) == 0);
	} else {
		require(fitted && n == model_bytes(TINY_LOG2));
		require(
		    memcmp(model_file_digest(m), bytes + n - MODEL_DIGEST_BYTES,
			MODEL_DIGEST_BYTES) == 0);
		require(model_file_mark(m) != 0 && again != NULL);
		model_encode(m, again);
		require(memcmp(bytes, again, n - MODEL_DIGEST_BYTES) == 0);
		check_card();
		check_saved(m);
	}
	model_file_free(m);
	free(again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = input_of(data, size), piece;
	uint8_t how = take_byte(&in);
	size_t whole = model_bytes(TINY_LOG2), n = whole, at;
	unsigned char *bytes = calloc(1, whole + MORE);

	if (path[0] == '\0')
		make();
	require(bytes != NULL);
	model_encode(tiny_model(), bytes);
	at = take_byte(&in) * (how & 2 ? whole / 256 : 1);
	if (how & 4)
		n = whole + MORE - take_byte(&in);
	piece = take(&in, whole - at);
	memcpy(bytes + at, piece.p, piece.n);
	if (how & 1)
		fit_digest(bytes, n);
	write_file(bytes, n);
	check(bytes, n, how & 1);
	free(bytes);
	return 0;
}
