/*
 * An entry of a list as JSON: one table of members, strict, so that no slip
 * of the pen passes for an entry.
 */
#ifndef EDGE_LISTING_JSON_H
#define EDGE_LISTING_JSON_H

#include <jansson.h>

#include "../format/json_out.h"
#include "../http/problem.h"
#include "../store/store_lists.h"

/* An entry of which nothing is known yet. */
struct list_entry list_entry_blank(void);

/*
 * Reads the members of `o` over those of `l`, borrowing texts from `o`. 0, or
 * -1 and `misfit` names the first one below `base`, a JSON pointer: what is
 * not as expected, or required and in neither. `now_ms`: what `expires_at`
 * must be after.
 */
int list_entry_read(struct list_entry *l, json_t *o, int64_t now_ms,
    const char *base, struct problem_field *misfit);

/* Writes it as an object; `key` NULL: in a list, or as the whole. */
void list_entry_write(
    struct json_out *o, const char *key, const struct list_entry *l);

#endif
