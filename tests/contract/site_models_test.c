/* What sites make of a model, learned beside the loops, and how much stays. */
#include "../../service/edge/known/site_models.h"

#include <ftw.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../service/edge/model/model_file.h"
#include "store_decisions.h"

enum {
	LOG2 = MODEL_BUCKETS_LOG2_MIN,
	WEIGHTS = ((1 << LOG2) + FEATURE_NUMBERS) * MODEL_HEADS,
	LABELS = 40,
	PATIENCE_TRIES = 3000, /* of 10 ms */
};

struct rig {
	struct fixture *f;
	struct model_slot *slot;
	struct site_models *models;
	int64_t sites[2];
};

static char folder[] = P_tmpdir "/site_models_test.XXXXXX";

static int
remove_entry(const char *p, const struct stat *st, int kind, struct FTW *f)
{
	(void)st, (void)kind, (void)f;
	return remove(p);
}

/* A model that has no opinion, from a folder as all are. */
static struct model *
indifferent(void)
{
	static int16_t weights[WEIGHTS];
	struct model m = {
	    .name = "small@1", .buckets_log2 = LOG2, .weights = weights};
	struct model *loaded;
	struct err e;

	for (int h = 0; h < MODEL_HEADS; h++)
		m.heads[h] = (struct model_head){.platt_a = -1,
		    .hold = 0.5,
		    .reject = 2,
		    .discard = INFINITY,
		    .trained_on = 100,
		    .unit = 0.125};
	assert_non_null(mkdtemp(folder));
	assert_int_equal(model_file_save(folder, &m, &e), 0);
	loaded = model_file_load(folder, &e);
	assert_non_null(loaded);
	nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	return loaded;
}

static void
teach(struct rig *r, int64_t site)
{
	char text[64];

	for (unsigned i = 0; i < LABELS; i++) {
		struct decision d = decision_of(site,
		    i % 2 == 0 ? DECISION_APPROVE : DECISION_SPAM,
		    (uint64_t)site * LABELS + i + 1);

		snprintf(text, sizeof text, "%s comes number %u, says %u",
		    i % 2 == 0 ? "the gardener" : "a pedlar", i, i * i);
		d.content = span_of(text);
		assert_int_equal(put_feedback(r->f, &d, NULL), STORE_DONE);
	}
}

static void
open_models(struct rig *r, size_t bytes_max)
{
	struct site_models_config c = {
	    .store = r->f->store,
	    .models = r->slot,
	    .comment_bytes = 1 << 22,
	    .bytes_max = bytes_max,
	};
	struct err e;

	r->models = site_models_open(&c, &e);
	assert_non_null(r->models);
	assert_int_equal(site_models_start(r->models, &e), 0);
}

/* What the site's own takes; 0: there is none. */
static size_t
bytes_of(struct rig *r, int64_t site)
{
	const struct model *m = site_models_acquire(r->models, site);
	const struct site_model *own = site_models_of(m);
	size_t bytes = own == NULL ? 0 : site_model_bytes(own);

	site_models_release(r->models, m);
	return bytes;
}

static size_t
learned(struct rig *r, int64_t site)
{
	size_t bytes = 0;

	for (int i = 0; i < PATIENCE_TRIES && bytes == 0; i++) {
		bytes = bytes_of(r, site);
		usleep(10000);
	}
	assert_true(bytes > sizeof(struct site_model));
	return bytes;
}

static void
who_asks_least_makes_room(void **state)
{
	struct rig r = {.f = *state, .slot = model_slot_open()};
	size_t bytes[2];
	struct err e;

	r.sites[0] = r.f->site;
	assert_int_equal(
	    add_site(r.f->store, "other.example", &r.sites[1], &e), 0);
	assert_int_equal(model_slot_set(r.slot, indifferent()), 0);
	for (int i = 0; i < 2; i++)
		teach(&r, r.sites[i]);

	open_models(&r, SIZE_MAX);
	for (int i = 0; i < 2; i++)
		bytes[i] = learned(&r, r.sites[i]);
	assert_int_equal(bytes_of(&r, r.sites[0]), bytes[0]);
	site_models_close(r.models);

	open_models(&r, bytes[0] + bytes[1] - 1);
	for (int i = 0; i < 2; i++)
		assert_int_equal(learned(&r, r.sites[i]), bytes[i]);
	assert_int_equal(bytes_of(&r, r.sites[0]), 0);
	assert_int_equal(bytes_of(&r, r.sites[1]), bytes[1]);
	site_models_close(r.models);
	model_slot_close(r.slot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		who_asks_least_makes_room, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
