/*
 * Decisions as the store's contract tests need them. Included after
 * store_fixture.h.
 */
#ifndef TESTS_STORE_DECISIONS_H
#define TESTS_STORE_DECISIONS_H

#include "../../service/edge/store/store_decision.h"
#include "../../service/edge/store/store_usage.h"
#include "store_fixture.h"

static inline struct decision
decision_of(int64_t site, enum decision_kind kind, uint64_t text)
{
	struct decision l = {
	    .site = site,
	    .created_at_ms = 1509844200000,
	    .kind = kind,
	    .learn = true,
	    .actor = span_of("engine"),
	    .api_key = span_of("abcdefgh"),
	    .fingerprint = {text, {1, 2, UINT64_MAX, 0}},
	};

	secrets_ulid(clock_unix_ms(), l.id);
	return l;
}

static inline enum store_result
put_feedback(struct fixture *f, struct decision *l, const struct usage *u)
{
	struct waited w = {
	    .put = {.decisions = l, .n_decisions = l != NULL, .usage = u}};

	put_all(f, &w, 1);
	return w.put.result;
}

static inline void
note_decision(void *arg, const struct decision *l)
{
	char *out = arg;

	assert_int_equal(l->fingerprint.band[1], 2);
	assert_true(l->fingerprint.band[2] == UINT64_MAX);
	snprintf(out + strlen(out), 128 - strlen(out), "%d/%s/%d ",
	    (int)l->site, decision_name(l->kind), (int)l->fingerprint.text);
}

/* How the comment `id` stands: its state, and whether somebody decided. */
static inline void
assert_state(
    struct fixture *f, const char *id, enum comment_state s, int64_t at_ms)
{
	struct record got;

	assert_true(has(f, id, &got));
	assert_string_equal(
	    comment_state_name(got.state), comment_state_name(s));
	assert_int_equal(got.decided_at_ms, at_ms);
}

#endif
