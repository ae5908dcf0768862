/*
 * What the service keeps of people's decisions and of its own verdicts, page
 * by page, as rows of a corpus.
 */
#ifndef TRAINING_FETCH_H
#define TRAINING_FETCH_H

#include "daemon.h"

enum fetch_kind {
	FETCH_LABELS, /* what people said that teaches, the oldest first */
	FETCH_HISTORY /* what was judged, the newest first */
};

struct fetch {
	struct daemon *daemon;
	enum fetch_kind kind;
	const char *site; /* NULL: all that may be seen */
	long days;        /* of history: so many days back; 0: all */
	/* takes a row, which is borrowed: 0, or -1 and `e` to stop */
	int (*take)(void *arg, json_t *row, struct err *e);
	void *arg;
};

/* Visits all rows: 0, or -1 and `e`. */
int fetch_rows(const struct fetch *f, struct err *e);

#endif
