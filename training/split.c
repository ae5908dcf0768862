#include "split.h"

struct span
split_group(const struct split *s, struct corpus_view *v, size_t i)
{
	static const char folds[FOLDS] = "01234";
	if (s->kind == SPLIT_FOLDS && s->dealt != NULL)
		return (struct span){folds + s->dealt[i], 1};
	if (s->kind == SPLIT_FOLDS)
		return (struct span){folds + v->of->rows[i].fold % s->folds, 1};
	return corpus_value(v, i, s->key);
}

struct names
split_groups(const struct split *s, const struct corpus *c)
{
	struct names groups = {0};
	struct corpus_view view = {c};
	for (size_t i = 0; i < c->n; i++) {
		struct span value = split_group(s, &view, i);
		if (value.n != 0)
			names_number(&groups, value);
	}
	corpus_look_away(&view);
	return groups;
}

enum role
split_role(
    const struct split *s, struct corpus_view *v, size_t i, struct span value)
{
	bool inside = span_equal(split_group(s, v, i), value);
	if (s->kind != SPLIT_BY_KEY)
		return inside ? ROLE_TEST : ROLE_TRAIN;
	struct span role = corpus_value(v, i, s->by);
	if (inside && span_equal(role, span_of("train")))
		return ROLE_TRAIN;
	if (inside && span_equal(role, span_of("test")))
		return ROLE_TEST;
	return ROLE_NONE;
}
