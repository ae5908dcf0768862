/*
 * power cuts N SEED: the power goes N times while a store is used: at any
 * call that changes the disk, or right after an acknowledgement; afterwards
 * all that was acknowledged is there.
 *
 * power faults STEP: every write, sync and truncation of a store's life, or
 * each STEPth of them, fails once, of a disk that is broken or full; nothing
 * that was acknowledged is lost, also when the power goes afterwards, and the
 * store comes back.
 *
 * Prints its figures as JSON.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../service/edge/process/log.h"
#include "deeds.h"
#include "disk.h"

enum {
	LIFE = 25,       /* cuts of one store */
	CALLS = 900,     /* most of those before a cut */
	FEW_CALLS = 60,  /* when it shall hit what follows the one before */
	ACKS = 200,      /* most of those before a cut */
	PUTS = 300,      /* at most, until it is cut anyway */
	BURST = 40,      /* puts, before a rest */
	REST_MS = 60,    /* long enough for the writer to tidy */
	FIRST = 30,      /* the first call that fails is one of these */
	BACK_MS = 10000, /* for a store to come back, on a busy machine */
};

static void
cut_now(void)
{
	disk_cut(LOSE_ALL);
}

/* Chooses when the power goes: after so many calls or acknowledgements. */
static void
plan(struct deeds *d, unsigned long *at_acks)
{
	if (disk_random(3) == 0) {
		disk_cut_at(0, LOSE_ALL);
		deeds_call_at(d, 1 + (unsigned)disk_random(ACKS), cut_now);
		++*at_acks;
		return;
	}
	deeds_call_at(d, 0, NULL);
	disk_cut_at(1 + disk_random(disk_random(2) ? CALLS : FEW_CALLS),
	    (enum disk_loss)disk_random(DISK_LOSSES));
}

/* Uses the store until the power goes. */
static void
use(struct deeds *d)
{
	if (!deeds_open(d))
		return;
	for (unsigned puts = 0; puts < PUTS && !disk_is_off(); puts += BURST) {
		deeds_do(d, BURST);
		if (disk_random(3) == 0)
			usleep(REST_MS * 1000);
	}
	disk_cut((enum disk_loss)disk_random(DISK_LOSSES));
}

static int
cut_power(unsigned long cuts)
{
	struct deeds *d = NULL;
	unsigned long acked = 0, at_acks = 0;

	for (unsigned long i = 0; i < cuts; i++) {
		if (d == NULL)
			d = deeds_new();
		plan(d, &at_acks);
		use(d);
		disk_cut(LOSE_ALL);
		deeds_close(d);
		disk_power_on();
		disk_cut_at(0, LOSE_ALL);
		must(deeds_open(d), "cut %lu: it does not open", i);
		deeds_check(d);
		deeds_close(d);
		if ((i + 1) % LIFE != 0 && i + 1 < cuts)
			continue;
		acked += deeds_acked(d);
		deeds_free(d);
		disk_forget();
		d = NULL;
	}
	printf("{\"cuts\": %lu, \"at_acks\": %lu, \"acked\": %lu}\n", cuts,
	    at_acks, acked);
	return EXIT_SUCCESS;
}

/* A whole life, in which one call fails: whether it did. */
static bool
live_with(unsigned long n, enum disk_call call, enum disk_error error,
    unsigned long *acked)
{
	struct deeds *d = deeds_new();
	bool failed, opened;

	disk_fail_at(n, call, error);
	opened = deeds_open(d);
	for (int i = 0; opened && i < 4; i++) {
		deeds_do(d, BURST);
		usleep(REST_MS * 1000);
	}
	failed = disk_has_failed();
	disk_fail_at(0, call, error);
	if (!opened)
		must(deeds_open(d), "it does not open afterwards");
	deeds_hurry(d);
	must(deeds_is_up(d, BACK_MS), "it does not come back");
	deeds_do(d, BURST);
	deeds_check(d);
	*acked += deeds_acked(d);
	/* what is safe now is what was made so before */
	disk_cut(LOSE_ALL);
	deeds_close(d);
	disk_power_on();
	must(deeds_open(d), "it does not open after a cut");
	deeds_check(d);
	deeds_free(d);
	disk_forget();
	return failed;
}

static int
fail_calls(unsigned long step)
{
	static const struct {
		const char *name;
		enum disk_call call;
		enum disk_error error;
	} kinds[] = {
	    {"write", DISK_WRITE, DISK_IO_ERROR},
	    {"full", DISK_WRITE, DISK_FULL},
	    {"sync", DISK_SYNC, DISK_IO_ERROR},
	    {"truncate", DISK_TRUNCATE, DISK_IO_ERROR},
	    {"delete", DISK_DELETE, DISK_IO_ERROR},
	};
	unsigned long acked = 0, n;

	printf("{");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		n = 1 + disk_random(step < FIRST ? step : FIRST);
		while (live_with(n, kinds[i].call, kinds[i].error, &acked))
			n += step;
		printf("\"%s\": %lu, ", kinds[i].name, n / step);
		fflush(stdout);
	}
	printf("\"acked\": %lu}\n", acked);
	return EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
	log_open(LOG_ERROR, LOG_JSON);
	if (argc == 4 && strcmp(argv[1], "cuts") == 0) {
		disk_open(strtoul(argv[3], NULL, 10) | 1ULL << 40);
		return cut_power(strtoul(argv[2], NULL, 10));
	}
	if (argc == 3 && strcmp(argv[1], "faults") == 0) {
		disk_open(1);
		return fail_calls(strtoul(argv[2], NULL, 10));
	}
	fputs("usage: power cuts N SEED | power faults STEP\n", stderr);
	return 2;
}
