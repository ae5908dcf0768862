/*
 * What was done to a store, and what of it was acknowledged: comments with
 * their answers, some of them too old to be kept, decisions, undos and notes,
 * many under way at once, and copies; and whether all that is there that must
 * be. Says what is wrong and ends the program.
 */
#ifndef TESTS_DEEDS_H
#define TESTS_DEEDS_H

#include <stdbool.h>
#include <stdint.h>

struct deeds;

/* Nothing is done yet, in an empty folder of its own. */
struct deeds *deeds_new(void);

/* Closes the store, removes the folder. */
void deeds_free(struct deeds *d);

/* Opens the store and makes its site: whether that went well. */
bool deeds_open(struct deeds *d);

/* Closes it. */
void deeds_close(struct deeds *d);

/* Does so many puts, or until one is refused, and waits for all. */
void deeds_do(struct deeds *d, unsigned puts);

/* Calls `then` at the n-th acknowledgement from now, before anything else. */
void deeds_call_at(struct deeds *d, unsigned n, void (*then)(void));

/* Has the writer open the database again, if it is to, and look what is too
 * old, without waiting. */
void deeds_hurry(struct deeds *d);

/* Copies the store: unless the disk fails or is off, that is whole. */
void deeds_back_up(struct deeds *d);

/*
 * Looks at the store as it is now, until deeds_look_away or the end: what comes
 * meanwhile is moved out of the log in part at most. Nothing, where the disk
 * does not let it.
 */
void deeds_look(struct deeds *d);
void deeds_look_away(struct deeds *d);

/* Waits until puts are taken again: whether they are, in time. */
bool deeds_is_up(struct deeds *d, unsigned ms);

/* Holds the open store against what was done. */
void deeds_check(struct deeds *d);

/* How many were found in packs, having come in a crowd, when checked. */
unsigned long deeds_arrived(const struct deeds *d);

/* How many were found to be gone for their age. */
unsigned long deeds_faded(const struct deeds *d);

/* How many copies were made. */
unsigned long deeds_copies(const struct deeds *d);

/* How many were acknowledged. */
unsigned long deeds_acked(const struct deeds *d);

/* Prints what is wrong, as printf, and ends the program unless `well`. */
void must(bool well, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
