/*
 * What the doctor says of the store. Each looks and judges; what it judges by
 * alone is separate where that is worth a test.
 */
#ifndef SERVICE_DOCTOR_STORE_H
#define SERVICE_DOCTOR_STORE_H

#include <stdint.h>

struct doctor;
struct doctor_finding;
struct store_checkup;

void doctor_look_at_room(const struct doctor *d, struct doctor_finding *f);
void doctor_look_at_store(const struct doctor *d, struct doctor_finding *f);
void doctor_look_at_pages(const struct doctor *d, struct doctor_finding *f);
void doctor_look_at_log(const struct doctor *d, struct doctor_finding *f);
void doctor_look_at_clock(const struct doctor *d, struct doctor_finding *f);
void doctor_look_at_keys(const struct doctor *d, struct doctor_finding *f);

/* Pure: by what was read of it. */
void doctor_judge_room(const struct store_checkup *s, struct doctor_finding *f);
void doctor_judge_log(const struct store_checkup *s, struct doctor_finding *f);
void doctor_judge_keys(const struct store_checkup *s, struct doctor_finding *f);

/* Pure: of the time, and of the newest comment; 0: there is none. */
void doctor_judge_clock(
    int64_t now_ms, int64_t newest_ms, struct doctor_finding *f);

#endif
