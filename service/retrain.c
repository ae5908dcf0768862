#include "retrain.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "edge/model/model_proposal.h"
#include "edge/process/file.h"
#include "edge/process/log.h"
#include "edge/process/loop.h"
#include "edge/store/store_lessons.h"
#include "proposals.h"

enum {
	NICE = 19,
	PAUSE_S = 60,
	CHILD_PAUSE_S = 1,
	END_TRIES = 50, /* of 100 ms, until a child is killed */
};

static const char mark_name[] = "retrained";

struct retrain {
	struct service *service;
	int64_t after;
	char var[PATH_MAX];
	char corpora[PATH_MAX]; /* "": none, and it begins with the standard */
	bool promotes;
	char trainer[PATH_MAX], models[MODEL_PATH_BYTES];
	char name[PROPOSAL_NAME_BYTES]; /* of the model in the making */
	pid_t child;                    /* 0: none */
	bool promoting;                 /* the child's second half */
	struct err refused; /* what last kept it from starting, told once */
};

void
retrain_trainer(char out[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", out, PATH_MAX - 1);

	out[n > 0 ? n : 0] = '\0';
	if (strrchr(out, '/') != NULL)
		strrchr(out, '/')[1] = '\0';
	strncat(out, "moderato-train", PATH_MAX - strlen(out) - 1);
}

struct retrain *
retrain_open(const struct config *c, struct service *s)
{
	struct retrain *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->service = s;
	t->after = c->retrain_after;
	t->promotes = strcmp(c->retrain_promote, "better") == 0;
	snprintf(t->var, sizeof(t->var), "%s", c->var);
	if (c->retrain_corpora != NULL)
		snprintf(
		    t->corpora, sizeof(t->corpora), "%s", c->retrain_corpora);
	retrain_trainer(t->trainer);
	return t;
}

/* The file that is touched when one begins. */
struct mark {
	char path[PATH_MAX + 16];
};

static struct mark
mark_of(const struct retrain *t)
{
	struct mark m;

	snprintf(m.path, sizeof(m.path), "%s/%s", t->var, mark_name);
	return m;
}

/* When the last one began; 0: never, or by a clock that was far ahead. */
static int64_t
last_ms(const struct retrain *t)
{
	struct mark m = mark_of(t);
	struct stat st;
	int64_t at_ms;

	if (stat(m.path, &st) != 0)
		return 0;
	at_ms =
	    (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
	return at_ms < clock_unix_ms() + DAY_MS ? at_ms : 0;
}

static int
note_begin(const struct retrain *t, struct err *e)
{
	return file_replace(
	    &(struct file){t->var, mark_name, 0600, {"", 0}}, e);
}

/* What was to be made is as due as it was. */
static void
forget_begin(const struct retrain *t)
{
	unlink(mark_of(t).path);
}

/* A command line in the making; a NULL closes it. */
struct words {
	char **of;
	size_t n, room;
	bool cut; /* there was no memory for all of it */
};

#ifndef __clang__ /* gcc 12 loses sight of what lies in an array */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

static void
add(struct words *w, const char *word)
{
	if (w->n + 1 >= w->room) {
		size_t room = w->room == 0 ? 32 : 2 * w->room;
		char **of = reallocarray(w->of, room, sizeof(*of));

		w->cut |= of == NULL;
		if (of == NULL)
			return;
		w->of = of;
		w->room = room;
	}
	w->of[w->n] = strdup(word);
	w->cut |= w->of[w->n] == NULL;
	w->n += w->of[w->n] != NULL;
	w->of[w->n] = NULL;
}

#ifndef __clang__
#pragma GCC diagnostic pop
#endif

static void
drop(struct words *w)
{
	while (w->n > 0)
		free(w->of[--w->n]);
	free(w->of);
}

static bool
is_corpus(const char *name)
{
	size_t n = strlen(name);

	return (n > 6 && strcmp(name + n - 6, ".jsonl") == 0) ||
	       (n > 9 && strcmp(name + n - 9, ".jsonl.gz") == 0);
}

/* The files of the folder of base corpora, if there is one. 0 or -1. */
static int
add_corpora(struct words *w, const char *folder, struct err *e)
{
	struct dirent **entries = NULL;
	char path[PATH_MAX + NAME_MAX + 2];
	size_t before = w->n;
	int n =
	    *folder == '\0' ? 0 : scandir(folder, &entries, NULL, alphasort);

	if (n < 0)
		return err_set(
		    e, ERR_DOWN, "%s: %s", folder, strerrordesc_np(errno));
	for (int i = 0; i < n; i++) {
		snprintf(
		    path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
		if (is_corpus(entries[i]->d_name))
			add(w, path);
		free(entries[i]);
	}
	free(entries);
	if (*folder != '\0' && w->n == before)
		return err_set(e, ERR_MISSING,
		    "%s: there is no *.jsonl and no *.jsonl.gz", folder);
	return 0;
}

int
retrain_check_corpora(const char *folder, struct err *e)
{
	struct words w = {0};
	int failed = add_corpora(&w, folder, e);

	drop(&w);
	return failed;
}

/* The file of what it says, as a descriptor, or -1. */
static int
open_log(const struct retrain *t, struct err *e)
{
	char log[PATH_MAX + 16];
	int fd;

	snprintf(log, sizeof(log), "%s/retrain.log", t->var);
	fd = open(
	    log, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		err_set(e, ERR_DOWN, "%s: %s", log, strerrordesc_np(errno));
	return fd;
}

/*
 * Starts the trainer; what it says goes to retrain.log. It has neither files
 * nor variables of ours, where secrets may be. 0 or -1.
 */
static int
spawn(struct retrain *t, struct words *w, struct err *e)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	char *const variables[] = {NULL};
	sigset_t none, usual;
	int log, failed;

	if (w->cut)
		return err_set(e, ERR_DOWN, "no memory to start the trainer");
	log = open_log(t, e);
	if (log < 0)
		return -1;
	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	sigaddset(&usual, SIGXFSZ);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(
	    &files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, log, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
	posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
	posix_spawnattr_init(&how);
	posix_spawnattr_setflags(
	    &how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&how, &none);
	posix_spawnattr_setsigdefault(&how, &usual);
	failed =
	    posix_spawn(&t->child, t->trainer, &files, &how, w->of, variables);
	posix_spawnattr_destroy(&how);
	posix_spawn_file_actions_destroy(&files);
	close(log);
	if (failed != 0) {
		t->child = 0;
		return err_set(
		    e, ERR_DOWN, "%s: %s", t->trainer, strerrordesc_np(failed));
	}
	setpriority(PRIO_PROCESS, (id_t)t->child, NICE);
	return 0;
}

/* Ends the child, by force if it takes its time; its id is not ours after. */
static void
end_child(struct retrain *t)
{
	pid_t ended = 0;

	kill(t->child, SIGTERM);
	for (int i = 0; i < END_TRIES && ended == 0; i++) {
		ended = waitpid(t->child, NULL, WNOHANG);
		if (ended == 0)
			usleep(100 * 1000);
	}
	if (ended == 0) {
		kill(t->child, SIGKILL);
		waitpid(t->child, NULL, 0);
	}
}

/* Where the models lie: where the one in use does. 0 or -1. */
static int
find_models(struct retrain *t, struct err *e)
{
	struct model_shelf_state s = model_shelf_state(t->service->shelf);
	char *end;

	if (model_shelf_path(t->service->shelf, s.in_use, t->models, e) != 0)
		return -1;
	end = strrchr(t->models, '/');
	if (end == NULL || end == t->models)
		return err_set(e, ERR_INPUT, "models lie nowhere");
	*end = '\0';
	return 0;
}

static int
propose(struct retrain *t, struct err *e)
{
	struct model_folder folder;
	struct words w = {0};
	int failed;

	if (find_models(t, e) != 0)
		return -1;
	proposal_name(t->name, clock_unix_ms());
	for (const char *const *word = (const char *const[]){"moderato-train",
		 "propose", "--json", "--var", t->var, "--models", t->models,
		 "--name", t->name, NULL};
	     *word != NULL; word++)
		add(&w, *word);
	if (t->corpora[0] == '\0') {
		folder = model_shelf_folder(t->service->shelf);
		add(&w, "--from");
		add(&w, folder.standard);
	}
	failed = add_corpora(&w, t->corpora, e) != 0 || spawn(t, &w, e) != 0;
	drop(&w);
	if (failed)
		return -1;
	if (note_begin(t, e) == 0)
		return 0;
	end_child(t);
	t->child = 0;
	return -1;
}

static int
promote(struct retrain *t, struct err *e)
{
	struct words w = {0};
	int failed;

	for (const char *const *word = (const char *const[]){"moderato-train",
		 "promote", "--var", t->var, t->name, NULL};
	     *word != NULL; word++)
		add(&w, *word);
	failed = spawn(t, &w, e);
	drop(&w);
	t->promoting = failed == 0;
	return failed;
}

/* Why there is nothing to see in retrain.log; it is tried again. */
static void
log_refusal(struct retrain *t, const struct err *e)
{
	if (strcmp(t->refused.text, e->text) == 0)
		return;
	t->refused = *e;
	log_line(
	    LOG_WARN, "retrain.failed", {"model", t->name}, {"why", e->text});
}

static void
log_failure(const struct retrain *t, const char *why)
{
	log_line(LOG_WARN, "retrain.failed", {"model", t->name}, {"why", why},
	    {"see", "retrain.log"});
}

/* A proposal is there; it is promoted when that is wanted and it is better, by
 * a service that answers: else the next one begins anew. */
static void
tell_proposal(struct retrain *t)
{
	char path[MODEL_PATH_BYTES + sizeof(t->name) + 1];
	struct err e;
	json_t *o;
	const char *verdict;
	size_t objections;
	bool better;

	snprintf(path, sizeof(path), "%s/%s", t->models, t->name);
	o = model_proposal_read(path);
	verdict = json_string_value(json_object_get(o, "verdict"));
	objections = json_array_size(json_object_get(o, "objections"));

	log_line(LOG_INFO, "retrain.proposed", {"model", t->name},
	    {"verdict", verdict != NULL ? verdict : "unknown"},
	    {"objections", .number = (int64_t)objections});
	better = verdict != NULL && strcmp(verdict, "better") == 0 &&
		 objections == 0;
	json_decref(o);
	if (!better || !t->promotes)
		return;
	if (t->service->draining)
		forget_begin(t);
	else if (promote(t, &e) != 0)
		log_refusal(t, &e);
}

/* It asks the service, which drains and answers no more: then the next service
 * begins anew. */
static void
see_to_failure(const struct retrain *t, bool promoting)
{
	if (t->service->draining)
		forget_begin(t);
	else if (promoting)
		log_failure(t, "it was not promoted");
	else
		log_failure(t, "the trainer made none");
}

/* Whether the child has ended; what came of it is told. */
static void
look_at_child(struct retrain *t, struct store_reader *r)
{
	bool promoting = t->promoting;
	int status;

	if (waitpid(t->child, &status, WNOHANG) != t->child)
		return;
	t->child = 0;
	t->promoting = false;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		see_to_failure(t, promoting);
	} else if (!promoting) {
		tell_proposal(t);
		proposals_clear(t->service->shelf, r);
	}
}

int
retrain_look(struct retrain *t, struct store_reader *r)
{
	int64_t most = t->after, n = 0;
	struct err e;

	if (t->child != 0)
		look_at_child(t, r);
	if (t->child != 0)
		return CHILD_PAUSE_S;
	if (most == 0 || t->service->draining ||
	    store_count_lessons(r, last_ms(t), most, &n, &e) != 0 || n < most)
		return PAUSE_S;
	if (propose(t, &e) != 0) {
		log_refusal(t, &e);
		return PAUSE_S;
	}
	t->refused = (struct err){0};
	log_line(LOG_INFO, "retrain.begun", {"model", t->name},
	    {"decisions", .number = n});
	return CHILD_PAUSE_S;
}

void
retrain_close(struct retrain *t)
{
	if (t == NULL)
		return;
	if (t->child != 0) {
		end_child(t);
		forget_begin(t);
	}
	free(t);
}
