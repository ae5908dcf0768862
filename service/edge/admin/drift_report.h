/*
 * Whether what a model judges on a call's sites is still like what it was
 * measured on: the last days beside what its card says of rows held out, or of
 * the comments here from before it was made, or, where that says nothing,
 * beside its first days in use.
 */
#ifndef EDGE_DRIFT_REPORT_H
#define EDGE_DRIFT_REPORT_H

#include <jansson.h>

#include "../../core/drift.h"
#include "../request/service.h"
#include "../store/store_drift.h"

enum drift_source {
	DRIFT_NOTHING,
	DRIFT_CARD,      /* rows that were held out */
	DRIFT_LAST_DAYS, /* comments from before it was made, by its card too */
	DRIFT_FIRST_DAYS,
};

/* "card", "last_days", "first_days"; NULL: of nothing. */
const char *drift_source_name(enum drift_source s);

/* Days since 1970, [from, end). */
struct drift_days {
	int64_t from, end;
};

/* One side of it. */
struct drift_side {
	struct drift_days days; /* those of a card: none */
	struct drift_counts counts;
	struct drift_days decided;    /* a card knows no decisions: even beside
				       * one, they are held to the first days */
	struct drift_share overrides; /* decisions against the verdict */
};

struct drift_report {
	enum drift_source source;
	struct drift_side reference, now;
};

/* What is asked about. */
struct drift_question {
	const struct call *call;
	uint64_t model;     /* as samples have it */
	const json_t *card; /* of the model; NULL: none */
	int64_t today, days;
};

/* 0 or -1. */
int drift_report_make(struct drift_report *out, struct store_reader *r,
    const struct drift_question *q, struct err *e);

/* Something that may drift, by its name in the API. */
struct drift_measure {
	char name[48];
	double psi; /* NAN: there is too little to tell */
	/* a histogram, or bins 0: shares */
	const uint32_t *reference, *now;
	uint32_t bins;
	struct drift_share was, is;
};

struct drift_visit_measure {
	void (*each)(void *arg, const struct drift_measure *m);
	void *arg;
};

/* Visits all that there is anything of, in a fixed order. */
void drift_report_each(
    const struct drift_report *r, const struct drift_visit_measure *visit);

#endif
