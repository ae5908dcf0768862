#include "model_file.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../core/escape.h"
#include "../process/file.h"
#include "../process/secrets.h"

enum {
	CACHE_LINE = 64,
	HEAD_BYTES = 24, /* magic and the four numbers after it */
};

/* The numbers at the front of model.bin (model.h), in their order. */
enum { AT_FORMAT = 8, AT_FEATURES = 12, AT_BUCKETS_LOG2 = 16 };

static unsigned
u32_at(const unsigned char *p)
{
	return (unsigned)p[0] | (unsigned)p[1] << 8 | (unsigned)p[2] << 16 |
	       (unsigned)p[3] << 24;
}

/* What to do about a number that this program does not know. */
static const char *
advice(unsigned found, unsigned known)
{
	return found < known ? "train it again" : "use a newer moderatod";
}

/* What the head says the whole file measures, before that is allocated. */
static int
check_head(
    const unsigned char *head, const char *path, size_t bytes, struct err *e)
{
	unsigned format = u32_at(head + AT_FORMAT);
	unsigned features = u32_at(head + AT_FEATURES);
	unsigned log2 = u32_at(head + AT_BUCKETS_LOG2);
	size_t expected;

	if (memcmp(head, "MODERATO", 8) != 0)
		return err_set(e, ERR_INPUT, "%s: not a model", path);
	if (format != MODEL_FORMAT)
		return err_set(e, ERR_INPUT,
		    "%s: is of format %u, this program reads %d: %s", path,
		    format, MODEL_FORMAT, advice(format, MODEL_FORMAT));
	if (features != FEATURES_VERSION)
		return err_set(e, ERR_INPUT,
		    "%s: is for features %u, this program has %d: %s", path,
		    features, FEATURES_VERSION,
		    advice(features, FEATURES_VERSION));
	if (log2 < MODEL_BUCKETS_LOG2_MIN || log2 > MODEL_BUCKETS_LOG2_MAX)
		return err_set(
		    e, ERR_INPUT, "%s: damaged: 2^%u buckets", path, log2);
	expected = model_bytes(log2);
	if (bytes != expected)
		return err_set(e, ERR_INPUT, "%s: %s: %zu of %zu bytes", path,
		    bytes < expected ? "truncated" : "damaged", bytes,
		    expected);
	return 0;
}

/*
 * Room for the model and, `*file` bytes behind it, its file: placed so that
 * the weights start on a cache line and no bucket lies across two.
 */
static struct model *
allocate(unsigned buckets_log2, unsigned char **file)
{
	size_t bytes = model_bytes(buckets_log2);
	size_t weights =
	    sizeof(int16_t) * MODEL_HEADS * model_buckets(buckets_log2);
	size_t before = bytes - MODEL_DIGEST_BYTES - weights;
	size_t at = sizeof(struct model) + before + CACHE_LINE - 1;
	size_t total;
	struct model *m;

	at = at / CACHE_LINE * CACHE_LINE - before;
	total = (at + bytes + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
	m = aligned_alloc(CACHE_LINE, total);
	if (m != NULL)
		*file = (unsigned char *)m + at;
	return m;
}

static int
check_digest(
    const unsigned char *file, size_t bytes, const char *path, struct err *e)
{
	unsigned char digest[DIGEST_BYTES];
	size_t n = bytes - MODEL_DIGEST_BYTES;

	secrets_sha256((struct span){(const char *)file, n}, digest);
	if (!secrets_equal(digest, file + n))
		return err_set(e, ERR_INPUT,
		    "%s: damaged: its SHA-256 does not match", path);
	return 0;
}

/* The whole of a file whose head is good. */
static struct model *
read_body(int fd, const unsigned char *head, const char *path, struct err *e)
{
	unsigned log2 = u32_at(head + AT_BUCKETS_LOG2);
	size_t bytes = model_bytes(log2);
	unsigned char *file = NULL;
	struct model *m = allocate(log2, &file);
	const char *fault;

	if (m == NULL) {
		err_set(e, ERR_DOWN, "%s: out of memory", path);
		return NULL;
	}
	memcpy(file, head, HEAD_BYTES);
	if (file_read(fd, path, file + HEAD_BYTES, bytes - HEAD_BYTES, e) ||
	    check_digest(file, bytes, path, e) != 0)
		goto out;
	fault = model_decode(m, (struct span){(const char *)file, bytes});
	if (fault == NULL)
		return m;
	err_set(e, ERR_INPUT, "%s: damaged: %s", path, fault);
out:
	model_file_free(m);
	return NULL;
}

struct model *
model_file_load(const char *folder, struct err *e)
{
	unsigned char head[HEAD_BYTES];
	struct model *m = NULL;
	char path[PATH_MAX];
	size_t bytes;
	int fd;

	if (snprintf(path, sizeof path, "%s/model.bin", folder) >=
	    (int)sizeof path) {
		err_set(e, ERR_INPUT, "%s: path too long", folder);
		return NULL;
	}
	fd = file_open(path, &bytes, e);
	if (fd < 0)
		return NULL;
	if (file_read(fd, path, head, sizeof head, e) == 0 &&
	    check_head(head, path, bytes, e) == 0)
		m = read_body(fd, head, path, e);
	close(fd);
	return m;
}

void
model_file_free(struct model *m)
{
	free(m);
}

const unsigned char *
model_file_digest(const struct model *m)
{
	size_t weights = MODEL_HEADS * model_buckets(m->buckets_log2);

	return (const unsigned char *)(m->weights + weights);
}

void
model_file_sha256(const char *folder, char out[MODEL_SHA256_BYTES])
{
	unsigned char digest[MODEL_DIGEST_BYTES];
	char path[PATH_MAX];
	struct err ignored;
	size_t bytes;
	int fd;

	*out = '\0';
	snprintf(path, sizeof path, "%s/model.bin", folder);
	fd = file_open(path, &bytes, &ignored);
	if (fd < 0)
		return;
	if (bytes >= sizeof digest &&
	    pread(fd, digest, sizeof digest, (off_t)(bytes - sizeof digest)) ==
		(ssize_t)sizeof digest)
		escape_hex(out, digest, sizeof digest);
	close(fd);
}

int
model_file_save(const char *folder, const struct model *m, struct err *e)
{
	size_t bytes = model_bytes(m->buckets_log2);
	size_t n = bytes - MODEL_DIGEST_BYTES;
	unsigned char *out = malloc(bytes);
	int result;

	if (out == NULL)
		return err_set(e, ERR_DOWN, "%s: out of memory", folder);
	model_encode(m, out);
	secrets_sha256((struct span){(const char *)out, n}, out + n);
	result = file_replace(&(struct file){.folder = folder,
				  .name = "model.bin",
				  .mode = 0644,
				  .bytes = {(const char *)out, bytes}},
	    e);
	free(out);
	return result;
}

uint64_t
model_file_mark(const struct model *m)
{
	uint64_t mark;

	memcpy(&mark, model_file_digest(m), sizeof(mark));
	return mark | 1;
}
