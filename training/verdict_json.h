/*
 * A verdict as the JSON that `score` prints, in the words of the API.
 */
#ifndef TRAINING_VERDICT_JSON_H
#define TRAINING_VERDICT_JSON_H

#include <jansson.h>

#include "../service/core/moderate.h"

/* A new reference; without reasons unless `why`. */
json_t *verdict_json(
    const struct verdict *v, const struct comment *c, bool why);

#endif
