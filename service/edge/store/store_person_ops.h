/*
 * What a backend has to do for the verbs of store_person.h. Seen by
 * store_queue.c and the backends only.
 */
#ifndef EDGE_STORE_PERSON_OPS_H
#define EDGE_STORE_PERSON_OPS_H

#include "store_person.h"

struct store_person_ops {
	int (*find)(
	    struct store_reader *r, struct store_person_page *p, struct err *e);
	int (*each_label)(struct store_reader *r, struct store_person_labels *p,
	    struct err *e);
	int (*erase)(struct store *s, struct store_erasure *x, struct err *e);
};

#endif
