/*
 * What the doctor says of the folder of --var, of what lies in it, and of
 * copies of the store elsewhere.
 */
#ifndef SERVICE_DOCTOR_FOLDER_H
#define SERVICE_DOCTOR_FOLDER_H

struct doctor;
struct doctor_finding;

void doctor_look_at_folder(const struct doctor *d, struct doctor_finding *f);
void doctor_look_at_secret(const struct doctor *d, struct doctor_finding *f);
void doctor_look_at_leftovers(const struct doctor *d, struct doctor_finding *f);
void doctor_look_at_backups(const struct doctor *d, struct doctor_finding *f);

#endif
