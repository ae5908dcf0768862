/*
 * What a comment was judged by beside what its record shows, as JSON: so
 * that whoever judges it again, the service or the trainer, sees what was
 * seen then. Of persons it says nothing that the counts do not.
 *
 *     {"model":"9f86d081884c7d65","counts":{"ip":[3,1200]},"trust":4,
 *      "fill_ms":900,"email":true,"honeypot":true,"cut":true,"agent":"curl/",
 *      "site":{"labels":40,"spam":[-0.71,0.8,1.25]}}
 *
 * `site`: what the site had learned from so many labels, a head that this
 * shifted with its bias, scale and what its deltas added (model_shift.h).
 * Counts of more than 1 with their gaps (-1: none), null when there were none
 * to be had; what was not said is left out.
 */
#ifndef EDGE_BASIS_JSON_H
#define EDGE_BASIS_JSON_H

#include <jansson.h>

#include "../../core/arena.h"
#include "../../core/comment.h"
#include "../../core/model_shift.h"
#include "../../core/moderate.h"
#include "../../core/signals.h"

enum { BASIS_MODEL_BYTES = 16 }; /* the first hex digits of its digest */

struct basis {
	struct signals signals;            /* of what came once: count 0 */
	int64_t fill_ms;                   /* -1: not said */
	bool email;                        /* there was one */
	bool honeypot;                     /* something was in it */
	bool cut;                          /* there was more of it */
	struct span agent;                 /* features_agent's */
	char model[BASIS_MODEL_BYTES + 1]; /* empty: none judged */
	uint32_t site_labels;      /* 0: it was judged as the model has it */
	bool shifted[MODEL_HEADS]; /* or this head of it was */
	struct model_say site[MODEL_HEADS];
};

/* The basis of a comment; `digest` is its judge's, NULL: there was none. */
struct basis basis_of(const struct comment *c, const struct signals *s,
    const unsigned char *digest);

/* Adds what the site, if it has its say in `m`, made of the verdict. */
void basis_add_site(
    struct basis *b, const struct model *m, const struct verdict *v);

/* Its JSON, in `a`; p NULL when that is full. */
struct span basis_write(const struct basis *b, struct arena *a);

/* Reads it: NULL, or what was expected. Nothing in `b` is borrowed. */
const char *basis_read(struct basis *b, const json_t *o);

/* Gives a comment that came from a record what the basis knows of it. */
void basis_restore(const struct basis *b, struct comment *c);

/* A model as it judged one comment. */
struct basis_judge {
	struct model model;
	struct model_shift shifts[MODEL_HEADS];
};

/* Whether it is `digest`'s model that judged. */
bool basis_is_by(const struct basis *b, const unsigned char *digest);

/* Makes `m`, which judged, what it was then; it borrows the weights. */
void basis_judge(
    struct basis_judge *out, const struct basis *b, const struct model *m);

#endif
