#include "excerpts.h"

#include "replay.h"

/* Nothing, when the row is too large: it has no vector either. */
static double
gain_of(const struct row *row, const struct model *m, enum model_head_id head,
    struct replay *replay)
{
	struct features f = {.cells = model_cells(m)};
	struct replayed r;
	struct err e;
	if (replay_read(replay, &r, row, &e) < 0 ||
	    features_extract(
		&f, &r.comment, &r.reading.text, &r.signals, r.arena) < 0)
		return 0;
	return model_score(m, &f).excerpt[head].gain;
}

void
excerpts_add(struct scored *s, size_t n, const struct corpus *c,
    const struct model *m, enum model_head_id head)
{
	if (m->heads[head].excerpt <= 0)
		return;
	struct replay *replay = replay_open();
	struct corpus_view view = {c};
	for (size_t i = 0; i < n; i++)
		s[i].margin +=
		    gain_of(corpus_row(&view, s[i].row), m, head, replay);
	corpus_look_away(&view);
	replay_close(replay);
}
