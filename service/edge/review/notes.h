/*
 * Notes about comments, for other people to read: /v1/comments/{id}/notes.
 */
#ifndef EDGE_NOTES_H
#define EDGE_NOTES_H

struct call;

void notes_get(const struct call *call);
void notes_add(const struct call *call);

#endif
