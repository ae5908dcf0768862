/*
 * What the server of a state is like, for whoever only looks: nothing is
 * counted or kept there.
 */
#ifndef EDGE_STATE_CHECKUP_H
#define EDGE_STATE_CHECKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "../process/err.h"

/* Texts are NUL-terminated; "": it does not tell this user. */
struct state_checkup {
	bool remote;        /* false: memory, and nothing below is said */
	char version[16];   /* "7.0.15" */
	char policy[24];    /* what it does when it is full: "noeviction" */
	int64_t most_bytes; /* that it keeps; 0: as much as there is */
	int64_t round_us;   /* the shortest of some round trips */
};

/*
 * Asks the server that `uri` names, which may take a second each to answer; a
 * name takes as long as looking it up does. 0, or -1: it is away, refuses us,
 * or is no Redis.
 */
int state_check_up(const char *uri, struct state_checkup *out, struct err *e);

#endif
