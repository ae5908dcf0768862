/*
 * power cuts N SEED: the power goes N times while a store is used: at any
 * call that changes the disk, or right after an acknowledgement; afterwards
 * all that was acknowledged is there.
 *
 * power faults STEP SEED: every write, sync and truncation of a store's life,
 * or each STEPth of them, fails, alone or with more after it, of a disk that is
 * broken or full; nothing that was acknowledged is lost, also when the power
 * goes afterwards, and the store comes back.
 *
 * power moves N SEED: N times somebody looks at what the store was while its
 * log is moved into the database, so that a part of it stays; then the next
 * sync of the database fails, and the power goes.
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
	ROUNDS = 2,      /* of these, in a life with a fault */
	REST_MS = 60,    /* long enough for the writer to tidy */
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
		if (disk_random(3) == 0) {
			deeds_hurry(d);
			usleep(REST_MS * 1000);
		}
		if (disk_random(8) == 0)
			deeds_back_up(d);
	}
	disk_cut((enum disk_loss)disk_random(DISK_LOSSES));
}

/* Of all lives. */
struct sums {
	unsigned long acked, in_packs, faded, copies;
};

static void
add_up(struct sums *s, const struct deeds *d)
{
	s->acked += deeds_acked(d);
	s->in_packs += deeds_arrived(d);
	s->faded += deeds_faded(d);
	s->copies += deeds_copies(d);
}

static void
tell(const struct sums *s)
{
	printf("\"acked\": %lu, \"in_packs\": %lu, \"faded\": %lu,"
	       " \"copies\": %lu}\n",
	    s->acked, s->in_packs, s->faded, s->copies);
}

static int
cut_power(unsigned long cuts)
{
	struct deeds *d = NULL;
	struct sums sums = {0};
	unsigned long at_acks = 0;

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
		add_up(&sums, d);
		deeds_free(d);
		disk_forget();
		d = NULL;
	}
	printf("{\"cuts\": %lu, \"at_acks\": %lu, ", cuts, at_acks);
	tell(&sums);
	return EXIT_SUCCESS;
}

/* What comes after a fault that is over; `soon`, the power goes right at an
 * acknowledgement, when nothing was tidied yet. */
static void
go_on_after(struct deeds *d, bool soon)
{
	deeds_hurry(d);
	if (soon)
		deeds_call_at(d, 1 + (unsigned)disk_random(BURST), cut_now);
	else
		must(deeds_is_up(d, BACK_MS), "it does not come back");
	deeds_do(d, BURST);
	if (!disk_is_off())
		deeds_check(d);
}

/* A whole life with such a fault: whether it came to it. */
static bool
live_with(struct disk_fault fault, struct sums *sums)
{
	struct deeds *d = deeds_new();
	bool soon = disk_random(2) == 0, failed, opened;

	disk_fail(fault);
	opened = deeds_open(d);
	for (int i = 0; opened && i < ROUNDS; i++) {
		deeds_hurry(d);
		deeds_do(d, BURST);
		usleep(REST_MS * 1000);
		if (soon && disk_has_failed())
			break;
		if (i == 0)
			deeds_back_up(d);
	}
	failed = disk_has_failed();
	disk_fail((struct disk_fault){.n = 0});
	if (!opened) {
		deeds_close(d);
		must(deeds_open(d), "it does not open afterwards");
	}
	go_on_after(d, soon);
	/* what is safe now is what was made so before */
	disk_cut(LOSE_ALL);
	deeds_close(d);
	disk_power_on();
	must(deeds_open(d), "it does not open after a cut");
	deeds_check(d);
	add_up(sums, d);
	deeds_free(d);
	disk_forget();
	return failed;
}

/* One fault, or some, or for as long as anybody looks. */
static unsigned long
how_many_more(void)
{
	static const unsigned long more[] = {0, 0, 3, 100000};

	return more[disk_random(4)];
}

static int
fail_calls(unsigned long step)
{
	static const struct {
		const char *name;
		enum disk_call call;
		enum disk_error error;
		unsigned writes; /* for one of these */
	} kinds[] = {
	    {"write", DISK_WRITE, DISK_IO_ERROR, 1},
	    {"full", DISK_WRITE, DISK_FULL, 1},
	    {"sync", DISK_SYNC, DISK_IO_ERROR, 32},
	    {"sync_database", DISK_SYNC_DATABASE, DISK_IO_ERROR, 150},
	    {"truncate", DISK_TRUNCATE, DISK_IO_ERROR, 200},
	    {"delete", DISK_DELETE, DISK_IO_ERROR, 200},
	};
	struct sums sums = {0};
	unsigned long lives, stride;
	struct disk_fault f;

	printf("{");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		f.call = kinds[i].call;
		f.error = kinds[i].error;
		stride = 1 + (step - 1) / kinds[i].writes;
		f.n = 1 + disk_random(stride);
		f.more = 0;
		for (lives = 0; live_with(f, &sums); lives++) {
			f.n += stride;
			f.more = how_many_more();
		}
		printf("\"%s\": %lu, ", kinds[i].name, lives);
		fflush(stdout);
	}
	tell(&sums);
	return EXIT_SUCCESS;
}

/* A part of the log is moved, and not synced: the rest needs that, too. */
static void
move_a_part(struct deeds *d)
{
	deeds_do(d, BURST);
	deeds_look(d);
	deeds_do(d, BURST);
	usleep(2 * REST_MS * 1000);
	deeds_look_away(d);
}

static bool
wait_for_fault(void)
{
	for (unsigned ms = 0; ms < BACK_MS && !disk_has_failed(); ms++)
		usleep(1000);
	return disk_has_failed();
}

static int
move_logs(unsigned long n)
{
	struct sums sums = {0};

	for (unsigned long i = 0; i < n; i++) {
		struct deeds *d = deeds_new();

		must(deeds_open(d), "it does not open");
		move_a_part(d);
		disk_fail((struct disk_fault){
		    1, 0, DISK_SYNC_DATABASE, DISK_IO_ERROR});
		deeds_do(d, BURST);
		must(wait_for_fault(), "the log is not moved");
		if (disk_random(2) == 0) {
			deeds_close(d);
			must(deeds_open(d), "it does not open again");
		}
		go_on_after(d, disk_random(2) == 0);
		disk_cut(LOSE_ALL);
		deeds_close(d);
		disk_power_on();
		must(deeds_open(d), "%lu: it does not open after a cut", i);
		deeds_check(d);
		add_up(&sums, d);
		deeds_free(d);
		disk_forget();
	}
	printf("{\"moves\": %lu, ", n);
	tell(&sums);
	return EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(unsigned long n);
	} modes[] = {
	    {"cuts", cut_power}, {"faults", fail_calls}, {"moves", move_logs}};

	log_open(LOG_ERROR, LOG_JSON);
	for (size_t i = 0; argc == 4 && i < 3; i++) {
		if (strcmp(argv[1], modes[i].name) != 0)
			continue;
		disk_open(strtoul(argv[3], NULL, 10) | 1ULL << 40);
		return modes[i].run(strtoul(argv[2], NULL, 10));
	}
	fputs("usage: power cuts N SEED | power faults STEP SEED |"
	      " power moves N SEED\n",
	    stderr);
	return 2;
}
