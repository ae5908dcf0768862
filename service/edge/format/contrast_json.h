/*
 * What two models differ in, as JSON, in the words of the API: for the
 * service and for the trainer.
 */
#ifndef EDGE_CONTRAST_JSON_H
#define EDGE_CONTRAST_JSON_H

#include <jansson.h>

#include "../../core/contrast.h"

/*
 * The members n, decided, agreed; actions, how often which became which; and
 * levels, the figures when what is held, or what is rejected, counts as
 * stopped. NULL: no memory.
 */
json_t *contrast_json(const struct contrast *c);

#endif
