/*
 * The id of a record as Akismet's clients know it: its 128 bits as 32 hex
 * digits.
 */
#ifndef EDGE_AKISMET_GUID_H
#define EDGE_AKISMET_GUID_H

enum { AKISMET_GUID_BYTES = 32 };

/* Of a ULID of 26 characters, NUL-terminated. */
void akismet_guid_write(const char *ulid, char out[AKISMET_GUID_BYTES + 1]);

#endif
