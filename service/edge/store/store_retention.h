/*
 * How many days what is kept, where a site says nothing else; 0: for ever.
 * site_settings.c tells the site of them, the store's tidying goes by them.
 */
#ifndef EDGE_STORE_RETENTION_H
#define EDGE_STORE_RETENTION_H

#define RETENTION_ALL_DAYS     0  /* any comment, whatever became of it */
#define RETENTION_SPAM_DAYS    15 /* rejected, and nobody decided */
#define RETENTION_TEXT_DAYS    90 /* published, or decided since then */
#define RETENTION_REQUEST_DAYS 15 /* the pseudonym of an IP, its network */
#define RETENTION_AUDIT_DAYS   365

#endif
