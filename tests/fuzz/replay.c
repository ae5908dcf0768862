/*
 * Feeds every file of the given folders to one fuzz target, so that what a
 * fuzzer once found stays found, and then some thousand mutants of them,
 * always the same, so that targets are tried where there is no fuzzer.
 * REPLAY_MUTANTS says how many. The one that is on its way lies in a file
 * beside the program, and stays there when that is its end.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum {
	INPUT_BYTES_MAX = 1 << 20,
	SEEDS_MAX = 512, /* that mutants are made of */
	MUTANT_BYTES_MAX = 4096,
	MUTANTS = 3000,
	MUTANTS_S = 2, /* and no more of them */
	CHANGES_MAX = 6,
};

struct bytes {
	uint8_t *p;
	size_t n;
};

static struct bytes seeds[SEEDS_MAX];
static size_t n_seeds;

/* The input in a block of its exact size, so that reading past it shows. */
static struct bytes
copy_of(const uint8_t *p, size_t n)
{
	struct bytes b = {malloc(n > 0 ? n : 1), n};

	if (b.p == NULL)
		abort();
	memcpy(b.p, p, n);
	return b;
}

static int
replay_file(const char *path)
{
	static uint8_t bytes[INPUT_BYTES_MAX];
	FILE *file = fopen(path, "rb");
	struct bytes input;

	if (!file)
		return -1;
	input = copy_of(bytes, fread(bytes, 1, sizeof(bytes), file));
	fclose(file);
	LLVMFuzzerTestOneInput(input.p, input.n);
	if (n_seeds < SEEDS_MAX && input.n <= MUTANT_BYTES_MAX)
		seeds[n_seeds++] = input;
	else
		free(input.p);
	return 0;
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* How many files were replayed. */
static unsigned
replay_folder(const char *folder)
{
	char path[4096];
	struct dirent **entries;
	int n = scandir(folder, &entries, NULL, by_name);
	unsigned files = 0;

	for (int i = 0; i < n; i++) {
		if (entries[i]->d_name[0] != '.') {
			snprintf(path, sizeof(path), "%s/%s", folder,
			    entries[i]->d_name);
			fprintf(stderr, "%s\n", path);
			files += replay_file(path) == 0;
		}
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return files;
}

/* xorshift64* (Vigna 2016), below `n`. */
static uint32_t
draw(uint32_t n)
{
	static uint64_t x = 1;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	return (uint32_t)((x * 0x2545F4914F6CDD1D >> 32) * n >> 32);
}

/* Puts `piece` in the place of the bytes [at, at + gone). */
static void
put(struct bytes *m, size_t at, size_t gone, struct bytes piece)
{
	if (m->n - gone + piece.n > MUTANT_BYTES_MAX)
		piece.n = 0;
	memmove(m->p + at + piece.n, m->p + at + gone, m->n - at - gone);
	memcpy(m->p + at, piece.p, piece.n);
	m->n += piece.n - gone;
}

/* A run of another seed. */
static struct bytes
piece_of_seed(void)
{
	struct bytes s = seeds[draw((uint32_t)n_seeds)];
	uint32_t at = draw((uint32_t)s.n + 1);

	return (struct bytes){s.p + at, draw((uint32_t)(s.n - at) + 1)};
}

static void
change(struct bytes *m)
{
	static uint8_t odd[] = {0, 1, '\n', ' ', '"', '0', '9', ':', '<', '[',
	    '\\', '{', 0x7f, 0x80, 0xc0, 0xff};
	uint32_t at = draw((uint32_t)m->n + 1);
	size_t left = m->n - at;

	switch (draw(5)) {
	case 0:
		if (left > 0)
			m->p[at] ^= (uint8_t)(1u << draw(8));
		break;
	case 1:
		put(m, at, left > 0, (struct bytes){odd + draw(16), 1});
		break;
	case 2:
		put(m, at, draw((uint32_t)left + 1), (struct bytes){odd, 0});
		break;
	case 3:
		put(m, at, 0, piece_of_seed());
		break;
	default:
		put(m, at, left, piece_of_seed());
	}
}

static void
run_mutant(int file)
{
	uint8_t room[MUTANT_BYTES_MAX];
	struct bytes seed = seeds[draw((uint32_t)n_seeds)];
	struct bytes m = {room, seed.n}, input;

	memcpy(room, seed.p, seed.n);
	for (uint32_t changes = 1 + draw(CHANGES_MAX); changes > 0; changes--)
		change(&m);
	if (ftruncate(file, 0) != 0 ||
	    pwrite(file, m.p, m.n, 0) != (ssize_t)m.n)
		abort();
	input = copy_of(m.p, m.n);
	LLVMFuzzerTestOneInput(input.p, input.n);
	free(input.p);
}

static unsigned
run_mutants(const char *path)
{
	const char *wanted = getenv("REPLAY_MUTANTS");
	unsigned n =
	    wanted != NULL ? (unsigned)strtoul(wanted, NULL, 10) : MUTANTS;
	time_t end = time(NULL) + MUTANTS_S;
	unsigned done = 0;
	int file;

	if (n == 0 || n_seeds == 0)
		return 0;
	file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (file < 0)
		abort();
	fprintf(stderr, "mutants, one after the other in %s\n", path);
	while (done < n && (wanted != NULL || time(NULL) <= end)) {
		run_mutant(file);
		done++;
	}
	close(file);
	unlink(path);
	return done;
}

int
main(int argc, char **argv)
{
	char path[4096];
	unsigned files = 0;

	for (int i = 1; i < argc; i++)
		files += replay_folder(argv[i]);
	snprintf(path, sizeof(path), "%s.mutant", argv[0]);
	printf("%u files replayed, %u mutants of them\n", files,
	    run_mutants(path));
	for (size_t i = 0; i < n_seeds; i++)
		free(seeds[i].p);
	return files == 0;
}
