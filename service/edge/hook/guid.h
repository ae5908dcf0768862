/*
 * The id of a record as Akismet's clients know it: its 128 bits as 32 hex
 * digits.
 */
#ifndef EDGE_GUID_H
#define EDGE_GUID_H

enum { GUID_BYTES = 32 };

/* Of a ULID of 26 characters, NUL-terminated. */
void guid_write(const char *ulid, char out[GUID_BYTES + 1]);

#endif
