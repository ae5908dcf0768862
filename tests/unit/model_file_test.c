/* Model files: nothing damaged gets in, and nothing in use goes away. */
#include <fcntl.h>
#include <ftw.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../service/edge/model/model_file.h"
#include "../../service/edge/model/model_slot.h"
#include "../../service/edge/process/secrets.h"

enum {
	LOG2 = MODEL_BUCKETS_LOG2_MIN,
	WEIGHTS = MODEL_HEADS * ((1 << LOG2) + FEATURE_NUMBERS),
};

static char folder[] = P_tmpdir "/model_file_test.XXXXXX";
static char path[sizeof folder + 32];
static int16_t weights[WEIGHTS];

static struct model
small_model(void)
{
	struct model m = {
	    .name = "small@1", .buckets_log2 = LOG2, .weights = weights};
	int i;

	for (i = 0; i < WEIGHTS; i++)
		weights[i] = i - 24;
	for (i = 0; i < MODEL_HEADS; i++)
		m.heads[i] = (struct model_head){.bias = -0.5,
		    .platt_a = -1,
		    .hold = 0.5,
		    .reject = 2,
		    .discard = INFINITY,
		    .unit = 0.125};
	return m;
}

static int
remove_entry(const char *p, const struct stat *st, int kind, struct FTW *f)
{
	(void)st, (void)kind, (void)f;
	return remove(p);
}

static int
make_folder(void **state)
{
	struct err e;

	(void)state;
	if (mkdtemp(folder) == NULL || secrets_init(&e) != 0)
		return -1;
	snprintf(path, sizeof path, "%s/model.bin", folder);
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	return nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static void
save(void)
{
	struct model m = small_model();
	struct err e;

	assert_int_equal(model_file_save(folder, &m, &e), 0);
}

static void
save_and_load(void **state)
{
	struct model *m;
	struct err e = {0};

	(void)state;
	save();
	m = model_file_load(folder, &e);
	assert_string_equal(e.text, "");
	assert_non_null(m);
	assert_string_equal(m->name, "small@1");
	assert_int_equal(m->buckets_log2, LOG2);
	assert_memory_equal(m->weights, weights, sizeof weights);
	assert_int_equal((uintptr_t)m->weights % 64, 0);
	assert_true(isinf(m->heads[HEAD_SPAM].discard));
	model_file_free(m);
	model_file_free(NULL);
}

/* Loading must fail with a message that names the file. */
static void
refused(struct model_slot *slot, const char *says)
{
	const struct model *before = model_slot_acquire(slot), *after;
	struct err e = {0};
	struct model *m = model_file_load(folder, &e);

	assert_null(m);
	assert_ptr_equal(strstr(e.text, path), e.text);
	if (says != NULL)
		assert_non_null(strstr(e.text, says));
	after = model_slot_acquire(slot);
	assert_ptr_equal(before, after);
	model_slot_release(slot, after);
	model_slot_release(slot, before);
}

static struct model_slot *
slot_in_use(void)
{
	struct model_slot *slot = model_slot_open();
	struct err e;

	save();
	assert_non_null(slot);
	assert_int_equal(model_slot_set(slot, model_file_load(folder, &e)), 0);
	return slot;
}

static void
every_truncation_refused(void **state)
{
	struct model_slot *slot = slot_in_use();
	char says[64];
	off_t n;

	(void)state;
	for (n = (off_t)model_bytes(LOG2) - 1; n >= 0; n--) {
		assert_int_equal(truncate(path, n), 0);
		snprintf(says, sizeof says, "truncated: %jd of %zu bytes",
		    (intmax_t)n, n < 24 ? (size_t)24 : model_bytes(LOG2));
		refused(slot, says);
	}
	model_slot_close(slot);
}

static void
every_flip_refused(void **state)
{
	struct model_slot *slot = slot_in_use();
	int fd = open(path, O_RDWR);
	unsigned char byte;
	off_t at;

	(void)state;
	for (at = 0; at < (off_t)model_bytes(LOG2); at++) {
		assert_int_equal(pread(fd, &byte, 1, at), 1);
		byte ^= 1 << at % 8;
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
		refused(slot, NULL);
		byte ^= 1 << at % 8;
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	}
	close(fd);
	model_slot_close(slot);
}

/* Spoils bytes of model.bin, maybe with a digest that fits again. */
static void
spoil(size_t at, const void *bytes, size_t n, int sign)
{
	size_t all = model_bytes(LOG2), signed_bytes = all - 32;
	char *file = malloc(all);
	int fd = open(path, O_RDWR);

	assert_int_equal(pread(fd, file, all, 0), all);
	memcpy(file + at, bytes, n);
	if (sign)
		secrets_sha256((struct span){file, signed_bytes},
		    (unsigned char *)file + signed_bytes);
	assert_int_equal(pwrite(fd, file, all, 0), all);
	close(fd);
	free(file);
}

static void
faults_named(void **state)
{
	static const double nan_bits = NAN;
	static const struct {
		size_t at;
		const void *bytes;
		size_t n;
		const char *says;
	} cases[] = {
	    {0, "libsvm", 6, "not a model"},
	    {8, "\6", 1,
		"is of format 6, this program reads 5: use a newer moderatod"},
	    {8, "\4", 1,
		"is of format 4, this program reads 5: train it again"},
	    {12, "\377", 1, "is for features 255"},
	    {12, "\1\0\0\0", 4, "train it again"},
	    {16, "\7", 1, "damaged: 2^7 buckets"},
	    {16, "\377\377\377\377", 4, "damaged: 2^4294967295 buckets"},
	    {16, "\11", 1, "truncated: 34248 of 35272 bytes"},
	    {240, &nan_bits, 8, "damaged: a head's weights have no unit"},
	};
	struct model_slot *slot = slot_in_use();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		save();
		spoil(cases[i].at, cases[i].bytes, cases[i].n, 1);
		refused(slot, cases[i].says);
	}
	save();
	spoil(300, "?", 1, 0);
	refused(slot, "damaged: its SHA-256 does not match");
	save();
	assert_int_equal(chmod(path, 0666), 0);
	refused(slot, "anybody may write to it");
	assert_int_equal(unlink(path), 0);
	refused(slot, "No such file");
	assert_int_equal(symlink("/dev/zero", path), 0);
	refused(slot, "is a symbolic link");
	assert_int_equal(unlink(path), 0);
	model_slot_close(slot);
}

static void
a_user_keeps_its_model(void **state)
{
	struct model_slot *slot = model_slot_open();
	const struct model *first, *second;
	struct err e;

	(void)state;
	assert_null(model_slot_acquire(slot));
	model_slot_release(slot, NULL);
	save();
	model_slot_set(slot, model_file_load(folder, &e));
	first = model_slot_acquire(slot);
	model_slot_set(slot, model_file_load(folder, &e));
	second = model_slot_acquire(slot);
	assert_ptr_not_equal(first, second);
	model_slot_set(slot, NULL);
	assert_null(model_slot_acquire(slot));
	/* both still whole: ASan would tell */
	assert_memory_equal(first->weights, second->weights, sizeof weights);
	model_slot_release(slot, second);
	model_slot_release(slot, first);
	model_slot_close(slot);
}

enum { THREADS = 4, TURNS = 2000 };

static void *
use(void *arg)
{
	const struct model *m;
	intptr_t bad = 0;
	int i;

	for (i = 0; i < TURNS; i++) {
		m = model_slot_acquire(arg);
		bad += m == NULL || m->weights[8] != -16;
		model_slot_release(arg, m);
	}
	return (void *)bad;
}

static void
swapped_under_threads(void **state)
{
	struct model_slot *slot = slot_in_use();
	pthread_t threads[THREADS];
	struct err e;
	void *bad;
	int i;

	(void)state;
	for (i = 0; i < THREADS; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, use, slot), 0);
	for (i = 0; i < 100; i++)
		model_slot_set(slot, model_file_load(folder, &e));
	for (i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &bad);
		assert_null(bad);
	}
	model_slot_close(slot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(save_and_load),
	    cmocka_unit_test(every_truncation_refused),
	    cmocka_unit_test(every_flip_refused),
	    cmocka_unit_test(faults_named),
	    cmocka_unit_test(a_user_keeps_its_model),
	    cmocka_unit_test(swapped_under_threads),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
