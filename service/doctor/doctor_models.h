/* What the doctor says of models, and of what new ones are made from. */
#ifndef SERVICE_DOCTOR_MODELS_H
#define SERVICE_DOCTOR_MODELS_H

struct doctor;
struct doctor_finding;

void doctor_look_at_model(const struct doctor *d, struct doctor_finding *f);
void doctor_look_at_models(const struct doctor *d, struct doctor_finding *f);
void doctor_look_at_gold(const struct doctor *d, struct doctor_finding *f);
void doctor_look_at_retraining(
    const struct doctor *d, struct doctor_finding *f);

#endif
