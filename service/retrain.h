/*
 * Retraining when enough was decided: `moderato-train propose` as a child
 * process that makes way for all else. What it makes lies beside the models,
 * with what speaks for and against it; nothing is promoted unless the
 * settings say so. The trainer is looked for beside this program.
 */
#ifndef SERVICE_RETRAIN_H
#define SERVICE_RETRAIN_H

#include <limits.h>

#include "edge/config/config.h"
#include "edge/request/service.h"

struct retrain;

/* The path of the trainer, NUL-terminated; whether it is there or not. */
void retrain_trainer(char out[PATH_MAX]);

/* Whether a folder of base corpora, if there is one (""), has any. 0 or -1. */
int retrain_check_corpora(const char *folder, struct err *e);

/* Does nothing when the settings name no number of decisions. NULL: no
 * memory. */
struct retrain *retrain_open(const struct config *c, struct service *s);

/* Ends a child that runs: what it was making, or promoting, is begun anew by
 * the next service. Harmless on NULL. */
void retrain_close(struct retrain *t);

/*
 * Starts one when it is time, and sees to the one that runs: when to be
 * called again, in seconds. Once the service drains none is started, and what
 * one fails to make, or is not promoted for that, is begun anew by the next
 * service, too.
 */
int retrain_look(struct retrain *t, struct store_reader *r);

#endif
