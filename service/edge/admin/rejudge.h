/*
 * Records judged once more, by what the store keeps of a comment and of what
 * it was judged by: the scores are those of then, if the model is. Of records
 * from before that was kept, behaviour counts as not known.
 */
#ifndef EDGE_REJUDGE_H
#define EDGE_REJUDGE_H

#include "../../core/moderate.h"
#include "../store/store.h"

/* What judges that saw the comment itself had beside that, up to a NULL. */
extern const char *const rejudge_missing[];

/*
 * What each of the `n` judges makes of `r`: 0, or -1 when the arena, which is
 * left as it was, is full.
 */
int rejudge(struct verdict *out, const struct record *r,
    const struct judge *judges, uint32_t n, struct arena *a);

#endif
