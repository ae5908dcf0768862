/*
 * A request about models, answered from work on a thread of its own, which
 * may use the request's arena meanwhile. Private to models*.c.
 */
#ifndef EDGE_MODEL_JOB_H
#define EDGE_MODEL_JOB_H

#include <jansson.h>

#include "../format/form.h"
#include "../request/service.h"

struct model_job {
	struct errand errand; /* first */
	struct call call;
	char name[MODEL_FOLDER_BYTES_MAX + 1]; /* that the path names */
	struct form query;
	bool forced; /* although something spoke against it */
	int (*work)(struct model_job *j, struct err *e); /* 0 or -1 */
	json_t *answer;                                  /* of it … */
	struct span page;                                /* … or this, HTML */
	int failed;
	struct err err;
	struct loop_idle look; /* whether somebody waits for it still */
};

/* Starts it among `errands`, or answers why not. */
void model_job_start(const struct call *call, struct errands *errands,
    int (*work)(struct model_job *j, struct err *e));

/* The path of its model's folder. 0, or -1: ERR_MISSING. */
int model_job_path(
    const struct model_job *j, char out[MODEL_PATH_BYTES], struct err *e);

/* A whole number of the query, from `least` to `most`; `fallback` when it is
 * not there. 0, or -1: ERR_INPUT. */
struct model_number {
	const char *name;
	int64_t least, most, fallback;
};
int model_job_number(const struct model_job *j, struct model_number n,
    int64_t *out, struct err *e);

#endif
