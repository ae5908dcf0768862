/*
 * What retraining has proposed, and how much of it stays: the newest five, and
 * what the last ten orders put in use or had judge along, so that it can be
 * taken back. What people made or named themselves is left alone.
 */
#ifndef SERVICE_PROPOSALS_H
#define SERVICE_PROPOSALS_H

#include "edge/known/model_shelf.h"

/* "proposed-20261127-031500", by the time. */
enum { PROPOSAL_NAME_BYTES = sizeof "proposed-YYYYMMDD-hhmmss" };

void proposal_name(char out[PROPOSAL_NAME_BYTES], int64_t now_ms);

/* Removes the folders of the others; what fails is logged. */
void proposals_clear(struct model_shelf *s, struct store_reader *r);

#endif
