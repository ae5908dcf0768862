/*
 * A disk for SQLite that loses its power or fails when told: a VFS over the
 * ordinary one, which is the default from disk_open on. Files look as they
 * were written; what of them is safe is kept apart: only xSync makes it so.
 *
 * When the power is cut, of what was not safe any part may be on the disk, by
 * sectors of 512 bytes and in any order; so may a file that was made or
 * deleted while its folder was not synced. Then nothing works until
 * disk_power_on.
 */
#ifndef TESTS_DISK_H
#define TESTS_DISK_H

#include <stdbool.h>
#include <stdint.h>

/* Calls that change the disk. */
enum disk_call {
	DISK_WRITE,
	DISK_SYNC,
	DISK_SYNC_DATABASE, /* not its log */
	DISK_TRUNCATE,
	DISK_DELETE,
	DISK_CALLS
};

/* What becomes of what is not safe. */
enum disk_loss {
	LOSE_ALL,
	LOSE_NONE,  /* as when only the process is killed */
	LOSE_SOME,  /* each sector by itself */
	LOSE_LATER, /* from some write on, which is torn */
	LOSE_EARLIER,
	DISK_LOSSES
};

/* Makes the VFS the default of the process; `seed` is not 0. */
void disk_open(uint64_t seed);

/* The next number of its random ones, less than `n`. */
uint64_t disk_random(uint64_t n);

/* Cuts the power at the n-th call from now, which is not done; 0: never. */
void disk_cut_at(unsigned long n, enum disk_loss loss);

/* Cuts it now, unless it is. */
void disk_cut(enum disk_loss loss);

bool disk_is_off(void);

/*
 * With no file open: puts on each what is on the disk after the cut, all of
 * which is safe from now on.
 */
void disk_power_on(void);

/* Forgets all files; they are somebody else's now. */
void disk_forget(void);

/*
 * Has the n-th call of that kind from now fail, as an error of the disk or as
 * a full one, and so many more after it; what a sync would have made safe then
 * never will be, unless it is written again. n 0: none.
 */
enum disk_error { DISK_IO_ERROR, DISK_FULL };
struct disk_fault {
	unsigned long n, more;
	enum disk_call call;
	enum disk_error error;
};
void disk_fail(struct disk_fault f);

/* Whether that has happened. */
bool disk_has_failed(void);

#endif
