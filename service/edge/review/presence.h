/*
 * Who is there: the callers that watch just now, by name, however many
 * streams each has. Any thread.
 */
#ifndef EDGE_PRESENCE_H
#define EDGE_PRESENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "../../core/span.h"
#include "../known/directory.h"

struct presence;

/* NULL: no memory. */
struct presence *presence_open(void);
void presence_close(struct presence *p);

/* One more stream of `who`: 1: he came; 0: he is there; -1 and `e`: ERR_RATE,
 * he has enough of them, on all sites together; ERR_DOWN, no memory. */
int presence_enter(struct presence *p, const struct caller *who, struct err *e);

/* One less; whether it was his last. */
bool presence_leave(struct presence *p, const struct caller *who);

/* Counts who came and who left. */
uint64_t presence_revision(struct presence *p);

/*
 * Writes {"names":[…],"n":N}: who sees something of what `who` sees, himself
 * too; the names of all N but for those that do not fit. Its length.
 */
size_t presence_write(
    struct presence *p, const struct caller *who, char *out, size_t room);

#endif
