/* What the readers of forms share. Nobody else includes this. */
#ifndef EDGE_FORM_PRIVATE_H
#define EDGE_FORM_PRIVATE_H

#include "form.h"

/* Adds a field, unless its name is empty. 0, or -1: there are too many. */
int form_add(struct form *f, struct span name, struct span value);

#endif
