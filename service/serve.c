#include "serve.h"

#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "edge/config/config.h"
#include "edge/process/log.h"
#include "engine.h"
#include "first_account.h"
#include "first_site.h"
#include "libraries.h"
#include "servers.h"
#include "steward.h"

enum {
	EXIT_CONFIG = 2,
	DRAIN_STEP_MS = 20,
	DRAIN_MORE_MS = 1000,
	/* a block of this size, such as a model, goes back to the system when
	 * it is freed; by itself malloc would keep the second one for ever */
	LARGE_BYTES = 1 << 20,
};

/* Everything that lives as long as the process. */
struct process {
	int argc;
	char **argv; /* the flags, read again on SIGHUP */
	struct config config;
	struct config_source *source; /* what all was opened with, and keeps */
	struct config_source *reread; /* by the last SIGHUP; NULL: none */
	struct engine engine;
	struct servers *servers;
	struct steward *steward;
};

static int
log_failure(const struct err *e)
{
	log_line(LOG_ERROR, "failed", {"error", e->text});
	return -1;
}

/* The limits that the settings name, from the next comment on. */
static void
set_limits(struct process *p)
{
	atomic_store(&p->engine.service.limits,
	    ((struct policy_limits){
		.author = (uint32_t)p->config.limit_author,
		.ip = (uint32_t)p->config.limit_ip,
	    }));
	p->engine.service.flood = (unsigned)p->config.flood;
	p->engine.service.limit_key = (unsigned)p->config.limit_key;
	p->engine.service.limit_wrong_keys =
	    (unsigned)p->config.limit_wrong_keys;
	p->engine.service.limit_sign_ins = (unsigned)p->config.limit_sign_ins;
}

static void
tell_stale(const char *name)
{
	log_line(LOG_WARN, "reload.stale", {"setting", name},
	    {"effect", "after a restart"});
}

/*
 * Reads settings and model again. What is wrong changes nothing: the service
 * goes on with all that it has.
 */
static void
reload(struct process *p)
{
	struct config config;
	struct err e = {0};
	struct config_source *source =
	    config_read(&config, p->argc, p->argv, &e);

	if (source == NULL ||
	    model_shelf_load(p->engine.service.shelf, config.model, &e) != 0) {
		config_free(source);
		log_failure(&e);
		return;
	}
	site_models_renew(p->engine.service.site_models);
	config_each_stale(p->source, source, tell_stale);
	config_free(p->reread);
	p->reread = source;
	p->config = config;
	set_limits(p);
	log_line(LOG_INFO, "reloaded", {"model", p->config.model});
}

/*
 * Opens everything. The first site comes last: its key is shown only once, so
 * nothing may fail any more before it is.
 */
static int
open_service(struct process *p, struct err *e)
{
	struct engine *n = &p->engine;
	struct first_site first = {0};
	struct first_account account = {0};

	if (engine_open(n, &p->config, e) != 0)
		return -1;
	p->servers =
	    servers_open(&p->config, &n->service, n->state, SERVERS_ALL, e);
	if (p->servers == NULL ||
	    first_site_open(&first, &n->service, p->config.first_key, e) != 0 ||
	    first_account_open(&account, &n->service, e) != 0)
		return -1;
	libraries_check();
	first_site_tell(&first, servers_port(p->servers));
	first_account_tell(&account, &n->service);
	if (engine_refresh(n, e) != 0)
		return -1;
	set_limits(p);
	if (model_shelf_load(n->service.shelf, p->config.model, e) != 0) {
		log_failure(e);
		log_line(LOG_WARN, "model.missing",
		    {"effect", "every comment that neither a list nor a "
			       "person decided about is held"},
		    {"until", "it is whole, or --model names another, and "
			      "SIGHUP"});
	}
	if (site_models_begin(n->service.site_models, e) != 0 ||
	    site_models_start(n->service.site_models, e) != 0 ||
	    site_models_start(n->service.shadows, e) != 0)
		return -1;
	p->steward = steward_open(&p->config, &n->service, e);
	return p->steward != NULL ? 0 : -1;
}

/* Ends in the reverse order of the beginning; what never began is NULL. */
static void
close_all(struct process *p)
{
	steward_close(p->steward);
	servers_close(p->servers);
	engine_close(&p->engine);
	config_free(p->reread);
	config_free(p->source);
}

/* Lets what is under way finish: 0, or -1 when it took too long. */
static int
drain(struct process *p)
{
	int64_t patience_ms = p->config.drain_s * 1000;
	int64_t end = clock_monotonic_ms() + patience_ms + DRAIN_MORE_MS;

	log_line(LOG_INFO, "draining",
	    {"in_flight", .number = servers_in_flight(p->servers)});
	p->engine.service.draining = true;
	errands_call_off(p->engine.service.errands);
	errands_call_off(p->engine.service.comparison);
	servers_drain(p->servers, patience_ms);
	while (!servers_drained(p->servers)) {
		if (clock_monotonic_ms() > end)
			return -1;
		usleep(DRAIN_STEP_MS * 1000);
	}
	return 0;
}

/* Waits for signals until one says to end. A second one ends at once. */
static void
wait_for_end(struct process *p, const sigset_t *signals)
{
	int got = 0;

	while (got != SIGTERM && got != SIGINT) {
		sigwait(signals, &got);
		if (got == SIGHUP)
			reload(p);
	}
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	pthread_sigmask(SIG_UNBLOCK, signals, NULL);
}

/*
 * Files are for the owner only, cores and SIGPIPE for nobody. A file that
 * may not grow is an error of the write, not the end. Children are waited
 * for, whatever whoever started us thinks of his.
 */
static void
set_up_process(sigset_t *signals)
{
	struct rlimit none = {0, 0}, files;

	umask(077);
	mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	setrlimit(RLIMIT_CORE, &none);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	sigemptyset(signals);
	sigaddset(signals, SIGHUP);
	sigaddset(signals, SIGTERM);
	sigaddset(signals, SIGINT);
	pthread_sigmask(SIG_BLOCK, signals, NULL);
}

static int
run(struct process *p, const sigset_t *signals)
{
	struct err e = {0};

	if (open_service(p, &e) != 0 || servers_start(p->servers, &e) != 0)
		return log_failure(&e);
	servers_tell(p->servers, &p->config);
	wait_for_end(p, signals);
	if (drain(p) != 0) {
		log_line(LOG_ERROR, "drain.timeout",
		    {"in_flight", .number = servers_in_flight(p->servers)});
		_exit(EXIT_FAILURE); /* the loops still use everything */
	}
	return 0;
}

int
serve(int argc, char **argv)
{
	struct process p = {.argc = argc, .argv = argv};
	struct err e = {0};
	sigset_t signals;
	int failed;

	p.source = config_read(&p.config, argc, argv, &e);
	if (p.source == NULL) {
		fprintf(stderr, "moderatod: %s\n", e.text);
		return EXIT_CONFIG;
	}
	set_up_process(&signals);
	log_open(log_level_named(p.config.log_level),
	    log_style_named(p.config.log_format));
	failed = run(&p, &signals);
	close_all(&p);
	if (failed == 0)
		log_line(LOG_INFO, "ended", {"code", .number = 0});
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
