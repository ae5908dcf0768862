/*
 * How long it takes to refuse what is wrong from its first byte on, and what
 * is right for a half: Welch's t of both, for API keys, for digests (tokens,
 * cookies), and for a comparison that leaks, which shows that it would show.
 * What is wrong is random, so that no few strings stand for all.
 *
 *	timing TRIALS
 */
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../service/edge/known/credential.h"
#include "../../service/edge/known/directory.h"
#include "../contract/store_fixture.h"
#include "../dice.h"

enum { SECRET_LENGTH = 32, KEYS = 64 };
static const double kept = 0.9; /* of the times: the fastest, of all */

enum class { FIRST_HALF, LAST_HALF, CLASSES }; /* which is wrong */

/* One thing that is compared. */
struct subject {
	const char *name;
	void (*compare)(const unsigned char guess[SECRET_LENGTH]);
};

static unsigned char right[SECRET_LENGTH + 1];
static struct directory *keys;
static volatile int sink; /* so that nothing is left out */

static void
find_key(const unsigned char *guess)
{
	struct caller c;
	struct err e;

	sink += directory_find(keys,
	    (struct span){(const char *)guess, SECRET_LENGTH}, SCOPE_CHECK, &c,
	    &e);
}

static void
compare_digests(const unsigned char *guess)
{
	sink += secrets_equal(guess, right);
}

static void
leak(const unsigned char *guess)
{
	int i = 0;

	while (i < SECRET_LENGTH && guess[i] == right[i])
		i++;
	sink += i;
}

static const struct subject subjects[] = {
    {"key", find_key},
    {"digest", compare_digests},
    {"leak", leak},
};

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* What is slower than most says more of the machine than of us. */
static double
cut_of(const double *took, size_t n)
{
	double *sorted = malloc(n * sizeof(*sorted)), cut;

	memcpy(sorted, took, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), by_value);
	cut = sorted[(size_t)((double)(n - 1) * kept)];
	free(sorted);
	return cut;
}

static double
welch(const double *took, const unsigned char *of, size_t n)
{
	double count[CLASSES] = {0}, mean[CLASSES] = {0}, square[CLASSES] = {0};
	double cut = cut_of(took, n), spread = 0;

	for (size_t i = 0; i < n; i++) {
		double delta = took[i] - mean[of[i]];

		if (took[i] > cut)
			continue;
		mean[of[i]] += delta / ++count[of[i]];
		square[of[i]] += delta * (took[i] - mean[of[i]]);
	}
	for (int c = 0; c < CLASSES; c++)
		spread += square[c] / (count[c] - 1) / count[c];
	return spread > 0 ? (mean[FIRST_HALF] - mean[LAST_HALF]) / sqrt(spread)
			  : 0;
}

static double
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* The right one but for a half; never the right one. */
static void
spoil(unsigned char guess[SECRET_LENGTH], enum class wrong)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char *half =
	    guess + (wrong == FIRST_HALF ? 0 : SECRET_LENGTH / 2);
	uint64_t r = roll_any();

	memcpy(guess, right, SECRET_LENGTH);
	for (int i = 1; i < SECRET_LENGTH / 2; i++)
		half[i] = (unsigned char)digits[r >> 4 * i & 15];
	half[0] = half[0] == '0' ? '1' : '0';
}

static void
measure(const struct subject *s, size_t n)
{
	double *took = malloc(n * sizeof(*took));
	unsigned char *of = malloc(n), guess[SECRET_LENGTH];

	for (size_t i = 0; i < n; i++) {
		double start;

		of[i] = roll_any() >> 32 & 1;
		spoil(guess, of[i]);
		start = now_ns();
		s->compare(guess);
		took[i] = now_ns() - start;
	}
	printf("{\"what\": \"%s\", \"trials\": %zu, \"t\": %.3f}\n", s->name, n,
	    welch(took, of, n));
	free(took);
	free(of);
}

/* A store with many keys, `right` one of them. 0 or -1. */
static int
add_keys(struct fixture *f, struct err *e)
{
	for (int i = 0; i < KEYS; i++) {
		struct store_change c = {.kind = CHANGE_ADD_KEY};
		char value[SECRET_LENGTH + 1], told[CREDENTIAL_BYTES_MAX + 1];

		secrets_random_hex(value, SECRET_LENGTH);
		credential_make(
		    &(struct credential_order){
			.site = f->site,
			.scopes = SCOPE_CHECK,
			.label = "",
			.value = value,
		    },
		    &c.key, told);
		if (store_change(f->store, &c, 1, e) != 0)
			return -1;
		memcpy(right, value, sizeof(value));
	}
	keys = directory_open(f->reader, e);
	return keys == NULL ? -1 : 0;
}

int
main(int argc, char **argv)
{
	size_t n = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 100000;
	struct err e = {ERR_NONE, "no store"};
	void *state = NULL;

	if (fixture_setup(&state) != 0 || add_keys(state, &e) != 0) {
		fprintf(stderr, "timing: %s\n", e.text);
		return EXIT_FAILURE;
	}
	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++)
		measure(&subjects[i], n);
	directory_close(keys);
	return fixture_teardown(&state) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
