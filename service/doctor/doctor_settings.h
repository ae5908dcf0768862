/* What the doctor says of settings alone, and of the libraries. */
#ifndef SERVICE_DOCTOR_SETTINGS_H
#define SERVICE_DOCTOR_SETTINGS_H

struct config;
struct doctor;
struct doctor_finding;

void doctor_look_at_settings(const struct doctor *d, struct doctor_finding *f);
void doctor_look_at_libraries(const struct doctor *d, struct doctor_finding *f);
void doctor_look_at_listeners(const struct doctor *d, struct doctor_finding *f);
void doctor_look_at_proxies(const struct doctor *d, struct doctor_finding *f);

/* Pure: by the addresses and proxies that they name. */
void doctor_judge_listeners(const struct config *c, struct doctor_finding *f);
void doctor_judge_proxies(const struct config *c, struct doctor_finding *f);

#endif
