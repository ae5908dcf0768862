#include "split.h"

static struct span
group_of(const struct split *s, const struct corpus *c, const struct row *row)
{
	static const char folds[FOLDS] = "01234";
	if (s->kind == SPLIT_FOLDS && s->dealt != NULL)
		return (struct span){folds + s->dealt[row - c->rows], 1};
	if (s->kind == SPLIT_FOLDS)
		return (struct span){folds + row->fold % s->folds, 1};
	return corpus_value(c, row, s->key);
}

static bool
contains(const struct span *groups, size_t n, struct span value)
{
	for (size_t i = 0; i < n; i++)
		if (span_equal(groups[i], value))
			return true;
	return false;
}

struct span *
split_groups(const struct split *s, const struct corpus *c, size_t *n)
{
	struct span *groups = NULL;
	*n = 0;
	for (size_t i = 0; i < c->n; i++) {
		struct span value = group_of(s, c, &c->rows[i]);
		if (value.n == 0 || contains(groups, *n, value))
			continue;
		groups = memory_append(groups, *n, sizeof(*groups));
		groups[(*n)++] = value;
	}
	return groups;
}

enum role
split_role(const struct split *s, const struct corpus *c, const struct row *row,
    struct span value)
{
	bool inside = span_equal(group_of(s, c, row), value);
	if (s->kind != SPLIT_BY_KEY)
		return inside ? ROLE_TEST : ROLE_TRAIN;
	struct span role = corpus_value(c, row, s->by);
	if (inside && span_equal(role, span_of("train")))
		return ROLE_TRAIN;
	if (inside && span_equal(role, span_of("test")))
		return ROLE_TEST;
	return ROLE_NONE;
}
