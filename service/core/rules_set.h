/*
 * The rules of one value: of each effect the one that holds longest, so that
 * a value listed many times costs no more. Private to rules*.c.
 */
#ifndef CORE_RULES_SET_H
#define CORE_RULES_SET_H

#include "rules.h"

struct rule_set {
	const struct rule *of[RULE_EFFECTS]; /* NULL: none */
};

static inline void
rule_set_add(struct rule_set *s, const struct rule *r)
{
	const struct rule **of = &s->of[r->effect];

	if (*of == NULL || r->expires_at_ms == 0 ||
	    ((*of)->expires_at_ms != 0 &&
		r->expires_at_ms > (*of)->expires_at_ms))
		*of = r;
}

/* What matches, as in struct rule_case and rule_hit. */
struct rule_find {
	struct rule_hits *hits;
	int64_t now_ms;
	enum reason_field field;
	struct text_range source;
};

/* Adds those of `s` that still hold. */
static inline void
rule_set_hit(const struct rule_set *s, const struct rule_find *f)
{
	for (int i = 0; i < RULE_EFFECTS; i++)
		if (s->of[i] != NULL && !rule_is_over(s->of[i], f->now_ms))
			rule_hits_add(f->hits,
			    &(struct rule_hit){s->of[i], f->field, f->source});
}

#endif
