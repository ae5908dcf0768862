/*
 * Memory for libraries that do not survive that there is none: RE2 and CLD2,
 * whose exceptions leave things behind or end the process, and jansson's
 * reader, which goes on with less of the text. They get a reserve to finish
 * with; who called them then gives all of it back, and says no unless the
 * answer is whole. Only when that is empty, too, is there nothing. Any thread.
 */
#ifndef EDGE_SPARE_H
#define EDGE_SPARE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* As malloc and free, the reserve behind them. */
void *spare_malloc(size_t bytes);
void spare_free(void *block);

/* From now on this thread is told whether it takes from the reserve. */
void spare_begin(void);

/* Whether it did, or would have if there had been enough. */
int spare_used(void);

#ifdef __cplusplus
}
#endif

#endif
