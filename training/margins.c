#include "margins.h"

#include <stdlib.h>

#include "progress.h"
#include "replay.h"

static int
score(double *out, const struct model *m, const struct replayed *r,
    const struct row *row, struct err *e)
{
	struct features f = {0};
	struct margins margins;
	if (features_extract(
		&f, &r->comment, &r->reading.text, &r->signals, r->arena) < 0)
		return replay_too_large(row, e);
	margins = model_score(m, &f);
	memcpy(out, margins.of, sizeof(margins.of));
	return 0;
}

int
margins_of(
    double *out, const struct model *m, const struct corpus *c, struct err *e)
{
	struct replay *replay = replay_open();
	struct corpus_view view = {c};
	size_t *order = replay_order(c);
	struct progress progress = progress_start("scoring", c->n);
	int failed = 0;
	for (size_t i = 0; i < c->n && !failed; i++) {
		const struct row *row = corpus_row(&view, order[i]);
		struct replayed r;
		failed = replay_row(replay, &r, row, e);
		if (!failed)
			failed =
			    score(out + order[i] * MODEL_HEADS, m, &r, row, e);
		progress_at(&progress, i);
	}
	progress_end(&progress);
	free(order);
	corpus_look_away(&view);
	replay_close(replay);
	return failed;
}
