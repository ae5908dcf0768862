/*
 * A folder of models/ as the API shows it: what model.bin says, whether it
 * fits this program, what its card tells, and what came of proposing it.
 * Reads whole files: off the loops' threads.
 */
#ifndef EDGE_MODEL_CARD_H
#define EDGE_MODEL_CARD_H

#include <jansson.h>

#include "../../core/arena.h"
#include "../../core/span.h"
#include "../process/err.h"

enum model_detail { MODEL_BRIEF, MODEL_WHOLE };

/*
 * The members of a model's folder; one that cannot be loaded is shown with
 * why. With all of its card, or the figures only. `a` is left as it was.
 * NULL: no memory.
 */
json_t *model_card_json(
    const char *path, enum model_detail detail, struct arena *a);

/* Its card.json: an object, or NULL when there is none to be read. */
json_t *model_card_read(const char *path, struct arena *a);

/* The pages for people that lie beside it. */
enum model_page { MODEL_REPORT, MODEL_PROPOSAL };

/* One of them, in `a`. 0, or -1: ERR_MISSING, ERR_TOO_LARGE, ERR_DOWN. */
int model_card_page(struct span *out, const char *path, enum model_page page,
    struct arena *a, struct err *e);

#endif
