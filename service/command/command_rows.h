/*
 * Rows of a file of JSON lines, as `moderatod … list --json` prints them and
 * an order takes them.
 */
#ifndef SERVICE_COMMAND_ROWS_H
#define SERVICE_COMMAND_ROWS_H

#include <jansson.h>

#include "../edge/process/err.h"

/*
 * Reads `path`: each line is a row, or an object whose member `list` holds
 * rows. What the service alone says of a row is left out. An array; NULL and
 * `e`: ERR_DOWN, it cannot be read; ERR_INPUT.
 */
json_t *command_rows_read(const char *path, const char *list, struct err *e);

#endif
