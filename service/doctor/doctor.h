/*
 * What may be wrong with an installation: a table of checks, each with one
 * sentence of what it found, and what to do. Looks at what is there, whether
 * the service runs or not, and changes, makes and locks nothing.
 */
#ifndef SERVICE_DOCTOR_H
#define SERVICE_DOCTOR_H

#include "../edge/config/config.h"
#include "../edge/store/store_checkup.h"
#include "doctor_service.h"

enum doctor_result {
	DOCTOR_NOTHING, /* there was nothing to look at, or no way to */
	DOCTOR_OK,
	DOCTOR_WARNING, /* it works; somebody should know */
	DOCTOR_FAULT,
	DOCTOR_RESULTS
};

/* "ok", "warning", "fault". */
const char *doctor_result_name(enum doctor_result r);

enum { DOCTOR_TEXT_BYTES = 512 };

struct doctor_finding {
	enum doctor_result result;
	char text[DOCTOR_TEXT_BYTES]; /* a line of UTF-8, NUL-terminated */
};

/* Sets it. What came from elsewhere cannot lead a terminal on. */
void doctor_say(struct doctor_finding *f, enum doctor_result result,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* What the checks look at. */
struct doctor {
	const struct config *config;
	bool deep;           /* look at all of the store, however long */
	const char *backups; /* the folder of copies; NULL: not said */
	/* read once, before the first of them */
	struct store_checkup store;
	struct err store_err;          /* ERR_NONE: it could be read */
	struct doctor_service running; /* what answers, if anything does */
};

struct doctor_check {
	const char *name, *looks_at;
	/* `f` is DOCTOR_NOTHING before */
	void (*run)(const struct doctor *d, struct doctor_finding *f);
};

/* Up to one without a name, in the order in which they are run. */
extern const struct doctor_check doctor_checks[];

/* Reads what several checks look at. `config`, `deep`, `backups` are set. */
void doctor_open(struct doctor *d);

#endif
