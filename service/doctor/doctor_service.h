/*
 * What the doctor says of the service that runs, and of what it needs of the
 * machine: ports and files.
 */
#ifndef SERVICE_DOCTOR_SERVICE_H
#define SERVICE_DOCTOR_SERVICE_H

#include <stdbool.h>
#include <sys/types.h>

#include "../edge/process/err.h"

struct config;
struct doctor;
struct doctor_finding;

/* Who answers on the operators' socket. Texts are NUL-terminated. */
struct doctor_service {
	bool runs;    /* false: nothing below is said, and `err` says why */
	pid_t pid;    /* 0: there is no telling */
	bool answers; /* else `err` says why not */
	bool ready;   /* as it says itself, and of what it needs: */
	bool store, state, model;
	char version[32]; /* "": it does not say */
	bool replaced;    /* its program's file is another one than ours */
	struct err err;   /* ERR_MISSING: nobody is there */
};

/* Asks it, a few seconds at most. */
void doctor_service_ask(struct doctor_service *s, const struct config *c);

void doctor_look_at_service(const struct doctor *d, struct doctor_finding *f);
void doctor_look_at_ports(const struct doctor *d, struct doctor_finding *f);
void doctor_look_at_files(const struct doctor *d, struct doctor_finding *f);

/* Pure: by what it answered. */
void doctor_judge_service(
    const struct doctor_service *s, struct doctor_finding *f);

/* Pure: `may` is how many files the process may open. */
void doctor_judge_files(
    unsigned long long may, const struct config *c, struct doctor_finding *f);

#endif
