/*
 * A corpus taken as a new site: what the service would learn of its comments
 * as they are decided (core/adapt), and what comes of it. Owns the rows and
 * the memory to learn in.
 */
#ifndef TRAINING_SITE_H
#define TRAINING_SITE_H

#include "../service/core/adapt.h"
#include "corpus.h"
#include "metrics.h"

struct site {
	const struct model *model;
	enum model_head_id head;
	struct span name;
	struct adapt_row *rows; /* in the order of time, then of the file */
	bool *bad;
	size_t n;
	struct arena arena; /* to learn in */
};

/*
 * Reads the rows of `c` whose value of `key` is `name`, and whose label teaches
 * `head`; none where no label is its own. 0 or -1.
 */
struct site_choice {
	const char *key;
	struct span name;
	enum model_head_id head;
};
int site_read(struct site *s, const struct model *m, const struct corpus *c,
    const struct site_choice *choice, struct err *e);
void site_release(struct site *s);

/* Rows of a site, by their numbers. */
struct site_rows {
	const uint32_t *at;
	size_t n;
};

/*
 * Learns from `labels`, of which the service has at least as many as `shares`
 * says (adapt.h), and scores `asked` into `out`; the model's own margins when
 * the labels do not do. What was learned is in `head`, until the next time;
 * false: nothing was.
 */
struct site_lesson {
	struct site_rows labels, asked;
	const double *shares;
};
bool site_learn(const struct site *s, const struct site_lesson *l,
    struct scored *out, struct adapt_head *head);

/* Whether row `i` is nearly one of these. */
bool site_nearly(const struct site *s, struct site_rows rows, uint32_t i);

#endif
