/*
 * A model.bin in its folder, sound but for what the input lays into it, cut
 * or longer by some bytes, its digest made to fit or not: what loads, saves
 * as the same bytes; all else is refused in words that name the file.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "../../service/edge/model/model_file.h"
#include "../../service/edge/process/secrets.h"
#include "input.h"

enum { LOG2 = MODEL_BUCKETS_LOG2_MIN, MORE = 16, PATH = 64 };

static char folder[] = "/dev/shm/moderato-fuzz-XXXXXX", path[PATH];

static void
remove_all(void)
{
	unlink(path);
	rmdir(folder);
}

static int
make(void)
{
	require(mkdtemp(folder) != NULL);
	snprintf(path, sizeof path, "%s/model.bin", folder);
	atexit(remove_all);
	return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

static void
write_sound_model(unsigned char *out)
{
	static const int32_t
	    weights[MODEL_HEADS * ((1 << LOG2) + FEATURE_NUMBERS)];
	struct model m = {
	    .name = "sound@1",
	    .buckets_log2 = LOG2,
	    .weights = weights,
	    .heads = {{-0.5, -2, 0, 0, 1, 2, 9, 9, .unit = 0.5},
		{0.5, -1, 0, 0, 1, 2, 9, 9, .unit = 1}},
	};

	model_encode(&m, out);
}

static void
fit_digest(unsigned char *bytes, size_t n)
{
	n -= MODEL_DIGEST_BYTES;
	secrets_sha256((struct span){(const char *)bytes, n}, bytes + n);
}

static void
check(const unsigned char *bytes, size_t n, bool fitted)
{
	unsigned char *again = malloc(model_bytes(LOG2));
	struct err e = {0};
	struct model *m = model_file_load(folder, &e);

	if (m == NULL) {
		require(strncmp(e.text, path, strlen(path)) == 0);
	} else {
		require(fitted && n == model_bytes(LOG2));
		require(
		    memcmp(model_file_digest(m), bytes + n - MODEL_DIGEST_BYTES,
			MODEL_DIGEST_BYTES) == 0);
		require(model_file_mark(m) != 0 && again != NULL);
		model_encode(m, again);
		require(memcmp(bytes, again, n - MODEL_DIGEST_BYTES) == 0);
	}
	model_file_free(m);
	free(again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd;
	struct span in = input_of(data, size), piece;
	uint8_t how = take_byte(&in);
	size_t whole = model_bytes(LOG2), n = whole, at;
	unsigned char *bytes = calloc(1, whole + MORE);

	if (fd == 0)
		fd = make();
	require(bytes != NULL);
	write_sound_model(bytes);
	at = take_byte(&in) * (how & 2 ? whole / 256 : 1);
	if (how & 4)
		n = whole + MORE - take_byte(&in);
	piece = take(&in, whole - at);
	memcpy(bytes + at, piece.p, piece.n);
	if (how & 1)
		fit_digest(bytes, n);
	require(ftruncate(fd, 0) == 0);
	require(pwrite(fd, bytes, n, 0) == (ssize_t)n);
	check(bytes, n, how & 1);
	free(bytes);
	return 0;
}
