#include "serve.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "edge/config.h"
#include "edge/log.h"
#include "edge/model_file.h"
#include "edge/once.h"
#include "edge/service.h"
#include "first_site.h"
#include "servers.h"
#include "version.h"

enum { EXIT_CONFIG = 2, DRAIN_STEP_MS = 20, DRAIN_MORE_MS = 1000 };

/* Buckets: far more than an install has keys, and 1 MiB of addresses. */
enum { KEYS_LOG2 = 12, STRANGERS_LOG2 = 16 };

/* Everything that lives as long as the process. */
struct process {
	int argc;
	char **argv; /* the flags, read again on SIGHUP */
	struct config config;
	struct config_source *source;
	struct service service;
	struct state_shared *state;
	struct servers *servers;
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
	atomic_store(
	    &p->service.limits, ((struct policy_limits){
				    .author = (uint32_t)p->config.limit_author,
				    .ip = (uint32_t)p->config.limit_ip,
				}));
	p->service.flood = (unsigned)p->config.flood;
	p->service.limit_key = (unsigned)p->config.limit_key;
	p->service.limit_wrong_keys = (unsigned)p->config.limit_wrong_keys;
}

/* Puts the model in `folder` in use; the one before stays on failure. */
static int
set_model(struct process *p, const char *folder, struct err *e)
{
	struct model *m = model_file_load(folder, e);

	if (m == NULL)
		return -1;
	log_line(LOG_INFO, "model", {"name", m->name});
	if (model_slot_set(p->service.models, m) != 0)
		return err_set(e, ERR_DOWN, "no memory for the model");
	return 0;
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

	if (source == NULL || set_model(p, config.model, &e) != 0) {
		config_free(source);
		log_failure(&e);
		return;
	}
	config_each_stale(p->source, source, tell_stale);
	config_free(p->source);
	p->source = source;
	p->config = config;
	set_limits(p);
	log_line(LOG_INFO, "reloaded", {"model", p->config.model});
}

static int
open_stores(struct process *p, struct err *e)
{
	struct service *s = &p->service;
	unsigned char key[STATE_SECRET_BYTES];

	if (secrets_init(e) != 0 ||
	    secrets_load(p->config.var, s->secret, e) != 0)
		return -1;
	secrets_derive(s->secret, "state", key);
	s->metrics = metrics_open(MODERATO_VERSION, clock_unix_ms());
	p->state = state_shared_open(p->config.state, key, e);
	s->store = p->state == NULL ? NULL : store_open(p->config.store, e);
	s->models = model_slot_open();
	s->once = once_open(s->secret);
	if (s->models == NULL || s->metrics == NULL || s->once == NULL)
		return err_set(e, ERR_DOWN, "no memory to start");
	return s->store == NULL ? -1 : 0;
}

static int
open_limiters(struct process *p, struct err *e)
{
	struct service *s = &p->service;

	secrets_derive(s->secret, "limits", s->limiter_secret);
	s->key_limiter = limiter_open(KEYS_LOG2, e);
	s->stranger_limiter = limiter_open(STRANGERS_LOG2, e);
	if (s->key_limiter == NULL || s->stranger_limiter == NULL)
		return -1;
	return forwarded_read_proxies(
	    &s->proxies, p->config.trusted_proxies, e);
}

static struct courier *
open_courier(const struct process *p, struct err *e)
{
	const struct courier_config c = {
	    .store = p->service.store,
	    .metrics = p->service.metrics,
	    .secret = p->service.secret,
	    .agent = "moderato/" MODERATO_VERSION,
	    .hosts = p->config.webhook_hosts,
	    .ca_file = p->config.webhook_ca_file,
	};

	return courier_open(&c, e);
}

/*
 * Opens everything. The first site comes last: its key is shown only once, so
 * nothing may fail any more before it is.
 */
static int
open_service(struct process *p, struct err *e)
{
	struct service *s = &p->service;
	struct first_site first = {0};

	s->body_bytes = (size_t)p->config.body_bytes;
	s->batch_bytes = (size_t)p->config.batch_bytes;
	if (open_stores(p, e) != 0 || open_limiters(p, e) != 0)
		return -1;
	p->servers = servers_open(&p->config, s, p->state, e);
	if (p->servers == NULL ||
	    first_site_open(&first, s->store, p->config.first_key, e) != 0)
		return -1;
	first_site_tell(&first, servers_port(p->servers));
	s->sites = directory_open(s->store, e);
	s->precedents = s->sites == NULL ? NULL : precedents_open(s->store, e);
	s->lists = s->precedents == NULL ? NULL : lists_open(s->store, e);
	s->trust = s->lists == NULL ? NULL : trust_open(s->store, e);
	s->courier = s->trust == NULL ? NULL : open_courier(p, e);
	if (s->courier == NULL)
		return -1;
	set_limits(p);
	if (set_model(p, p->config.model, e) != 0) {
		log_failure(e);
		log_line(LOG_WARN, "model.missing",
		    {"effect", "every comment is held"});
	}
	return 0;
}

/* Ends in the reverse order of the beginning; what never began is NULL. */
static void
close_all(struct process *p)
{
	servers_close(p->servers);
	courier_close(p->service.courier);
	trust_close(p->service.trust);
	lists_close(p->service.lists);
	precedents_close(p->service.precedents);
	directory_close(p->service.sites);
	once_close(p->service.once);
	model_slot_close(p->service.models);
	limiter_close(p->service.stranger_limiter);
	limiter_close(p->service.key_limiter);
	store_close(p->service.store);
	state_shared_close(p->state);
	metrics_close(p->service.metrics);
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
	p->service.draining = true;
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
 * may not grow is an error of the write, not the end.
 */
static void
set_up_process(sigset_t *signals)
{
	struct rlimit none = {0, 0}, files;

	umask(077);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
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

	if (open_service(p, &e) != 0 ||
	    servers_start(p->servers, &p->config, &e) != 0)
		return log_failure(&e);
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
