#include "model_shelf.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "../model/model_file.h"
#include "../process/log.h"
#include "../store/store_admin.h"

struct model_shelf {
	struct store *store;
	struct model_slot *active, *challengers;
	_Atomic int64_t use;      /* of the challenger; 0: there is none */
	pthread_mutex_t changing; /* held while models are loaded and written */
	bool behind; /* under it: the store has what was not put in use */
	pthread_mutex_t lock; /* of all below, and of `use` with its slot */
	struct model_folder place;
	struct model_shelf_state state;
};

static void
note_use(void *arg, const struct store_model_use *u)
{
	struct model_shelf_state *s = arg;

	if (u->ended_at_ms != 0)
		return;
	if (u->role == MODEL_CHALLENGER) {
		s->challenger = *u;
		return;
	}
	memcpy(s->previous, s->active.name, sizeof s->previous);
	s->active = *u;
}

/* What the store says is in use. 0 or -1. */
static int
state_read(struct model_shelf_state *out, struct model_shelf *s,
    const struct model_folder *p, struct err *e)
{
	struct store_reader *r = store_reader_open(s->store, e);
	int result;

	if (r == NULL)
		return -1;
	*out = (struct model_shelf_state){0};
	memcpy(out->active.name, p->name, sizeof out->active.name);
	result = store_each_model_use(
	    r, &(struct model_use_visit){note_use, out}, e);
	store_reader_close(r);
	memcpy(out->in_use, out->active.name, sizeof out->in_use);
	return result;
}

struct model_shelf *
model_shelf_open(struct store *store, struct model_slot *active,
    const char *standard, struct err *e)
{
	struct model_shelf *s = calloc(1, sizeof *s);

	if (s == NULL) {
		err_set(e, ERR_DOWN, "no memory for models");
		return NULL;
	}
	s->store = store;
	s->active = active;
	s->challengers = model_slot_open();
	pthread_mutex_init(&s->changing, NULL);
	pthread_mutex_init(&s->lock, NULL);
	if (s->challengers == NULL)
		err_set(e, ERR_DOWN, "no memory for models");
	else if (model_folder_read(&s->place, standard, e) == 0 &&
		 state_read(&s->state, s, &s->place, e) == 0)
		return s;
	model_shelf_close(s);
	return NULL;
}

void
model_shelf_close(struct model_shelf *s)
{
	if (s == NULL)
		return;
	model_slot_close(s->challengers);
	pthread_mutex_destroy(&s->lock);
	pthread_mutex_destroy(&s->changing);
	free(s);
}

struct model_shelf_state
model_shelf_state(struct model_shelf *s)
{
	struct model_shelf_state out;

	pthread_mutex_lock(&s->lock);
	out = s->state;
	pthread_mutex_unlock(&s->lock);
	return out;
}

struct model_folder
model_shelf_folder(struct model_shelf *s)
{
	struct model_folder out;

	pthread_mutex_lock(&s->lock);
	out = s->place;
	pthread_mutex_unlock(&s->lock);
	return out;
}

int
model_shelf_path(struct model_shelf *s, const char *name,
    char out[MODEL_PATH_BYTES], struct err *e)
{
	struct model_folder p = model_shelf_folder(s);

	return model_folder_path(&p, name, out, e);
}

int
model_shelf_each(struct model_shelf *s,
    void (*each)(void *arg, const char *name), void *arg, struct err *e)
{
	struct model_folder p = model_shelf_folder(s);

	return model_folder_each(&p, each, arg, e);
}

static bool
is_needed(const struct model_shelf_state *s, const char *name)
{
	return strcmp(name, s->in_use) == 0 ||
	       strcmp(name, s->active.name) == 0 ||
	       strcmp(name, s->previous) == 0 ||
	       strcmp(name, s->challenger.name) == 0;
}

int
model_shelf_remove(struct model_shelf *s, const char *name, struct err *e)
{
	struct model_folder p;
	struct model_shelf_state state;
	int result;

	pthread_mutex_lock(&s->changing);
	p = model_shelf_folder(s);
	state = model_shelf_state(s);
	if (s->behind || strcmp(name, p.name) == 0 || is_needed(&state, name))
		result = err_set(e, ERR_TAKEN, "it is in use");
	else
		result = model_folder_remove(&p, name, e);
	pthread_mutex_unlock(&s->changing);
	return result;
}

/* What is wrong with a model that is there is no fault of the request's. */
static struct model *
load_named(const struct model_folder *p, const char *name, struct err *e)
{
	char path[MODEL_PATH_BYTES];
	struct model *m;

	if (model_folder_path(p, name, path, e) != 0)
		return NULL;
	m = model_file_load(path, e);
	if (m == NULL && e->code != ERR_MISSING)
		e->code = ERR_TAKEN;
	return m;
}

static void
tell_failure(const char *event, const char *name, const struct err *e)
{
	log_line(LOG_ERROR, event, {"name", name}, {"error", e->text});
}

/*
 * The active model by `state`, or the standard one in its stead; sets in_use.
 */
static struct model *
load_active(struct model_shelf_state *state, const struct model_folder *p,
    struct err *e)
{
	struct model *m = NULL;

	if (state->active.number > 0) {
		m = load_named(p, state->active.name, e);
		if (m != NULL)
			return m;
		tell_failure("model.replaced", state->active.name, e);
		memcpy(state->in_use, p->name, sizeof state->in_use);
	}
	return model_file_load(p->standard, e);
}

static int
put_in_use(struct model_shelf *s, struct model *m, struct err *e)
{
	log_line(LOG_INFO, "model", {"name", m->name});
	if (model_slot_set(s->active, m) != 0)
		return err_set(e, ERR_DOWN, "no memory for the model");
	return 0;
}

/* Of number 0 and NULL: none. */
static int
set_challenger(
    struct model_shelf *s, int64_t use, struct model *m, struct err *e)
{
	int failed;

	pthread_mutex_lock(&s->lock);
	failed = model_slot_set(s->challengers, m);
	atomic_store(&s->use, failed || m == NULL ? 0 : use);
	pthread_mutex_unlock(&s->lock);
	return failed ? err_set(e, ERR_DOWN, "no memory for the model") : 0;
}

static void
load_challenger(struct model_shelf *s, const struct store_model_use *use,
    const struct model_folder *p)
{
	struct model *m = NULL;
	struct err e;

	if (use->number > 0 && (m = load_named(p, use->name, &e)) == NULL)
		tell_failure("challenger.missing", use->name, &e);
	if (set_challenger(s, use->number, m, &e) != 0)
		tell_failure("challenger.missing", use->name, &e);
}

static void
set_state(struct model_shelf *s, const struct model_folder *p,
    const struct model_shelf_state *state)
{
	pthread_mutex_lock(&s->lock);
	s->place = *p;
	s->state = *state;
	pthread_mutex_unlock(&s->lock);
}

static int
load_all(struct model_shelf *s, const char *standard, struct err *e)
{
	struct model_shelf_state state;
	struct model_folder p = {0};
	struct model *m;

	if (model_folder_read(&p, standard, e) != 0 ||
	    state_read(&state, s, &p, e) != 0)
		return -1;
	m = load_active(&state, &p, e);
	if (m == NULL || put_in_use(s, m, e) != 0)
		return -1;
	set_state(s, &p, &state);
	load_challenger(s, &state.challenger, &p);
	s->behind = false;
	return 0;
}

int
model_shelf_load(struct model_shelf *s, const char *standard, struct err *e)
{
	int result;

	pthread_mutex_lock(&s->changing);
	result = load_all(s, standard, e);
	pthread_mutex_unlock(&s->changing);
	return result;
}

/* A change in the making. */
struct change {
	struct model_folder place;
	struct model_shelf_state state; /* before, and then after it */
	struct store_change rows[2];
	uint32_t n;
	bool stored;
};

static void
add_use(struct change *c, enum model_role role, const struct model_order *o)
{
	struct store_change *row = &c->rows[c->n++];

	row->kind = CHANGE_USE_MODEL;
	row->use = (struct store_model_use){
	    .role = role, .at_ms = o->at_ms, .forced = o->forced};
	snprintf(row->use.name, sizeof row->use.name, "%s", o->name);
	snprintf(row->use.by, sizeof row->use.by, "%s", o->by);
}

/* Ends a use, if it is one. */
static void
add_end(struct change *c, const struct store_model_use *use,
    const struct model_order *o)
{
	struct store_change *row = &c->rows[c->n];

	if (use->number == 0)
		return;
	row->kind = CHANGE_END_MODEL;
	row->use = *use;
	row->use.ended_at_ms = o->at_ms;
	snprintf(row->use.by, sizeof row->use.by, "%s", o->by);
	c->n++;
}

/*
 * What is written could not be put in use: that all is read again may do;
 * else it is in use after a reload, or with the next change.
 */
static int
catch_up(struct model_shelf *s, const struct change *c, struct err *e)
{
	log_line(LOG_ERROR, "model.behind", {"error", e->text});
	if (load_all(s, c->place.standard, e) == 0)
		return 0;
	return err_set(e, ERR_BUG, "the change is stored but not in use");
}

static int
write_change(struct model_shelf *s, struct change *c, struct err *e)
{
	struct model_shelf_state after;

	s->behind = true; /* it may be stored though that is not said */
	if (store_change(s->store, c->rows, c->n, e) != 0)
		return -1;
	c->stored = true;
	if (state_read(&after, s, &c->place, e) != 0)
		return -1;
	memcpy(after.in_use, c->state.in_use, sizeof after.in_use);
	c->state = after;
	return 0;
}

/* Writes it and puts `m`, which it takes, in use. 0 or -1. */
static int
use_active(
    struct model_shelf *s, struct change *c, struct model *m, struct err *e)
{
	if (write_change(s, c, e) != 0) {
		model_file_free(m);
		return -1;
	}
	if (put_in_use(s, m, e) != 0)
		return -1;
	memcpy(c->state.in_use, c->state.active.name, sizeof c->state.in_use);
	set_state(s, &c->place, &c->state);
	return set_challenger(s, 0, NULL, e);
}

static int
promote(struct model_shelf *s, struct change *c, const struct model_order *o,
    struct err *e)
{
	struct model *m;

	if (strcmp(o->name, c->state.in_use) == 0)
		return err_set(e, ERR_TAKEN, "it is in use already");
	m = load_named(&c->place, o->name, e);
	if (m == NULL)
		return -1;
	add_use(c, MODEL_ACTIVE, o);
	add_end(c, &c->state.challenger, o);
	return use_active(s, c, m, e);
}

static int
roll_back(struct model_shelf *s, struct change *c, const struct model_order *o,
    struct err *e)
{
	struct model *m;

	if (c->state.active.number == 0)
		return err_set(e, ERR_TAKEN, "no model was promoted before");
	m = strcmp(c->state.previous, c->place.name) == 0
		? model_file_load(c->place.standard, e)
		: load_named(&c->place, c->state.previous, e);
	if (m == NULL)
		return -1;
	add_end(c, &c->state.active, o);
	add_end(c, &c->state.challenger, o);
	return use_active(s, c, m, e);
}

static int
challenge(struct model_shelf *s, struct change *c, const struct model_order *o,
    struct err *e)
{
	struct model *m;

	if (strcmp(o->name, c->state.in_use) == 0)
		return err_set(e, ERR_TAKEN, "it is in use already");
	if (strcmp(o->name, c->state.challenger.name) == 0)
		return err_set(e, ERR_TAKEN, "it judges along already");
	m = load_named(&c->place, o->name, e);
	if (m == NULL)
		return -1;
	add_end(c, &c->state.challenger, o);
	add_use(c, MODEL_CHALLENGER, o);
	if (write_change(s, c, e) != 0) {
		model_file_free(m);
		return -1;
	}
	set_state(s, &c->place, &c->state);
	return set_challenger(s, c->state.challenger.number, m, e);
}

static int
end_challenge(struct model_shelf *s, struct change *c,
    const struct model_order *o, struct err *e)
{
	if (c->state.challenger.number == 0 ||
	    strcmp(o->name, c->state.challenger.name) != 0)
		return err_set(e, ERR_MISSING, "it is no challenger");
	add_end(c, &c->state.challenger, o);
	if (write_change(s, c, e) != 0)
		return -1;
	set_state(s, &c->place, &c->state);
	return set_challenger(s, 0, NULL, e);
}

/* One change at a time, from what was in use before to what is after it. */
static int
in_turn(struct model_shelf *s,
    int (*make)(struct model_shelf *s, struct change *c,
	const struct model_order *o, struct err *e),
    const struct model_order *o, struct err *e)
{
	struct change c = {0};
	int result = 0;

	pthread_mutex_lock(&s->changing);
	c.place = model_shelf_folder(s);
	if (s->behind)
		result = load_all(s, c.place.standard, e);
	c.state = model_shelf_state(s);
	if (result == 0)
		result = make(s, &c, o, e);
	if (result == 0)
		s->behind = false;
	else if (c.stored)
		result = catch_up(s, &c, e);
	pthread_mutex_unlock(&s->changing);
	return result;
}

int
model_shelf_promote(
    struct model_shelf *s, const struct model_order *o, struct err *e)
{
	return in_turn(s, promote, o, e);
}

int
model_shelf_roll_back(
    struct model_shelf *s, const struct model_order *o, struct err *e)
{
	return in_turn(s, roll_back, o, e);
}

int
model_shelf_challenge(
    struct model_shelf *s, const struct model_order *o, struct err *e)
{
	return in_turn(s, challenge, o, e);
}

int
model_shelf_end_challenge(
    struct model_shelf *s, const struct model_order *o, struct err *e)
{
	return in_turn(s, end_challenge, o, e);
}

const struct model *
model_shelf_acquire(struct model_shelf *s, int64_t *use)
{
	const struct model *m;

	/* nearly always there is none: then nobody waits */
	if (atomic_load(&s->use) == 0)
		return NULL;
	pthread_mutex_lock(&s->lock);
	*use = atomic_load(&s->use);
	m = model_slot_acquire(s->challengers);
	pthread_mutex_unlock(&s->lock);
	return m;
}

struct model_slot *
model_shelf_challengers(struct model_shelf *s)
{
	return s->challengers;
}
