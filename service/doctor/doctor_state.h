/* What the doctor says of where counts live. */
#ifndef SERVICE_DOCTOR_STATE_H
#define SERVICE_DOCTOR_STATE_H

struct doctor;
struct doctor_finding;
struct state_checkup;

void doctor_look_at_counts(const struct doctor *d, struct doctor_finding *f);

/* Pure: by what Redis said of itself. */
void doctor_judge_redis(
    const struct state_checkup *s, struct doctor_finding *f);

#endif
