#include "hate_only.h"

#include "clusters.h"
#include "replay.h"

/* 1, 0, or -1. */
static int
is_hostile(struct replay *replay, const struct row *row, struct err *e)
{
	struct replayed got;
	struct features f = {0};
	if (replay_read(replay, &got, row, e) < 0)
		return -1;
	if (features_extract(&f, &got.comment, &got.reading.text, &got.signals,
		got.arena) < 0)
		return replay_too_large(row, e);
	return features_hostile(&f);
}

static bool
is_any(const struct operands *files)
{
	size_t i = 0;
	while (i < files->n && !files->files[i].hate_only)
		i++;
	return i < files->n;
}

int
hate_only_forget(
    struct corpus *c, const struct operands *files, long asked, struct err *e)
{
	if (!is_any(files))
		return 0;
	/* near duplicates first: which rows are asked is not known before */
	if (clusters_gather_folds(c, e) != 0)
		return -1;
	struct corpus_view view = {c};
	struct replay *replay = replay_open();
	int hostile = 0;
	for (size_t i = 0; i < c->n && hostile >= 0; i++) {
		struct stub *row = &c->rows[i];
		/* a set is a file, in their order */
		if (!files->files[row->set].hate_only ||
		    row->label != LABEL_OK || row->fold == asked)
			continue;
		hostile = is_hostile(replay, corpus_row(&view, i), e);
		if (hostile > 0)
			row->label = LABEL_NONE;
	}
	replay_close(replay);
	corpus_look_away(&view);
	return hostile < 0 ? -1 : 0;
}
