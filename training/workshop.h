/*
 * Where a model is made before anybody may see it: a hidden folder among the
 * models, locked by who works there and given its name when it is whole.
 * What somebody left who is gone, with the texts in it, the next sweeps away.
 */
#ifndef TRAINING_WORKSHOP_H
#define TRAINING_WORKSHOP_H

#include "../service/edge/process/err.h"

struct workshop {
	char *path; /* NULL: it is closed */
	int fd;     /* of it; holds the lock */
};

/* Opens one for a model called `name` in the folder `models`, which only its
 * owner may enter. 0 or -1. */
int workshop_open(
    struct workshop *w, const char *models, const char *name, struct err *e);

/* Closes it, its folder becoming `folder`, where nothing may be; of root, it is
 * whose the models are: the service shows its pages and removes them. 0 or
 * -1. */
int workshop_publish(struct workshop *w, const char *folder, struct err *e);

/* Removes what was not published. Harmless on one that is closed. */
void workshop_close(struct workshop *w);

#endif
