#include "doctor_service.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../edge/format/json.h"
#include "../edge/http/http_address.h"
#include "../edge/http/http_client.h"
#include "../edge/http/http_local.h"
#include "../servers.h"
#include "../version.h"
#include "doctor.h"

enum {
	ANSWER_BYTES = 2 << 20,
	CONNECT_MS = 2000,
	WHOLE_MS = 5000,
	LINE_BYTES = 256,
};

/* ---- asking it */

static bool
is(const json_t *o, const char *name, const char *value)
{
	const char *says = json_string_value(json_object_get(o, name));

	return says != NULL && strcmp(says, value) == 0;
}

/* What GET /readyz says. */
static void
take_ready(struct doctor_service *s, const json_t *o)
{
	s->ready = json_is_true(json_object_get(o, "ready"));
	s->store = is(o, "store", "up");
	s->state = is(o, "state", "up");
	s->model = json_is_string(json_object_get(o, "model"));
}

/* What GET /openapi.json says. */
static void
take_version(struct doctor_service *s, const json_t *o)
{
	const char *version = json_string_value(
	    json_object_get(json_object_get(o, "info"), "version"));

	snprintf(s->version, sizeof(s->version), "%s",
	    version == NULL ? "" : version);
}

static void
ask(struct doctor_service *s, const char *way, const char *url,
    void (*take)(struct doctor_service *s, const json_t *o))
{
	const struct http_client client = {
	    .agent = "moderatod/" MODERATO_VERSION,
	    .connect_ms = CONNECT_MS,
	    .whole_ms = WHOLE_MS,
	};
	struct http_order order = {
	    .method = "GET",
	    .url = url,
	    .socket = way,
	    .answer = malloc(ANSWER_BYTES),
	    .answer_room = ANSWER_BYTES,
	};
	struct err ignored;
	json_t *o = NULL;

	if (order.answer != NULL)
		http_client_perform(&client, &order, 1);
	s->answers = order.status != 0;
	if (s->answers)
		o = json_read(
		    (struct span){order.answer, order.answer_n}, &ignored);
	else
		s->err = order.err;
	take(s, o);
	json_decref(o);
	free(order.answer);
}

/* Whether a process runs another file than we do, as far as one may look. */
static bool
is_other_program(pid_t pid)
{
	char path[64];
	struct stat its, ours;

	snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	return pid > 0 && stat(path, &its) == 0 &&
	       stat("/proc/self/exe", &ours) == 0 &&
	       (its.st_dev != ours.st_dev || its.st_ino != ours.st_ino);
}

void
doctor_service_ask(struct doctor_service *s, const struct config *c)
{
	char address[PATH_MAX], way[HTTP_LOCAL_BYTES];
	const char *socket;

	*s = (struct doctor_service){.runs = false};
	servers_local(c, address, sizeof(address));
	socket = http_local_path(address);
	s->pid = http_local_listener(socket);
	if (s->pid < 0) {
		err_set(&s->err, errno == EACCES ? ERR_AUTH : ERR_MISSING,
		    "%.180s: %s", socket, strerror(errno));
		return;
	}
	s->runs = true;
	s->replaced = is_other_program(s->pid);
	if (http_local_reach(socket, way) != 0)
		return;
	ask(s, way, "http://localhost/openapi.json", take_version);
	ask(s, way, "http://localhost/readyz", take_ready);
}

/* ---- what it said */

/* Whatever is worse comes first. */
static void
judge_parts(const struct doctor_service *s, struct doctor_finding *f)
{
	if (!s->ready)
		doctor_say(f, DOCTOR_FAULT,
		    "runs, but takes nothing: %s: its log says why",
		    s->store ? "it is about to end" : "its store is down");
	else if (!s->model)
		doctor_say(f, DOCTOR_FAULT,
		    "runs without a model, so nearly every comment is held: "
		    "put the model in place, then kill -HUP");
	else if (!s->state)
		doctor_say(f, DOCTOR_WARNING,
		    "runs without Redis, by counts of its own: its log says "
		    "why (state.down)");
}

void
doctor_judge_service(const struct doctor_service *s, struct doctor_finding *f)
{
	if (!s->runs && s->err.code == ERR_MISSING)
		doctor_say(f, DOCTOR_WARNING, "does not run: nobody is at %s",
		    s->err.text);
	else if (!s->runs)
		doctor_say(f, DOCTOR_FAULT,
		    "%s: run this as the user whom the service runs as",
		    s->err.text);
	else if (!s->answers)
		doctor_say(f, DOCTOR_FAULT,
		    "runs, but does not answer: %s: its log says why",
		    s->err.text);
	else
		judge_parts(s, f);
	if (f->result != DOCTOR_NOTHING)
		return;
	if (strcmp(s->version, MODERATO_VERSION) != 0)
		doctor_say(f, DOCTOR_WARNING,
		    "version %s runs, and this program is %s: restart it",
		    s->version, MODERATO_VERSION);
	else if (s->replaced)
		doctor_say(f, DOCTOR_WARNING,
		    "runs from another file than this program, of the same "
		    "version: if it was replaced, restart it");
	else
		doctor_say(f, DOCTOR_OK, "runs, is ready, and is version %s",
		    s->version);
}

void
doctor_look_at_service(const struct doctor *d, struct doctor_finding *f)
{
	doctor_judge_service(&d->running, f);
}

/* ---- ports */

/* A socket for an address; -1: none, and *any: its port is not chosen. */
static int
socket_for(const char *listen, struct http_address *a, bool *any)
{
	struct err ignored;

	if (http_address_read(listen, a, &ignored) != 0)
		return -1;
	/* at the same place for both families */
	*any = ((struct sockaddr_in *)&a->socket)->sin_port == 0;
	return *any
		   ? -1
		   : socket(a->socket.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

/* Whether one could listen there; without ever doing so. 0, or errno. */
static int
try_port(const char *listen)
{
	struct http_address a;
	bool any = false;
	int fd = socket_for(listen, &a, &any), on = 1, why = 0;

	if (fd < 0)
		return any ? 0 : errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (const struct sockaddr *)&a.socket, sizeof(a.socket)) != 0)
		why = errno;
	close(fd);
	return why;
}

/* Whether somebody answers there. 0, or errno. */
static int
try_call(const char *listen)
{
	const struct timeval patience = {.tv_sec = CONNECT_MS / 1000};
	struct http_address a;
	bool any = false;
	int fd = socket_for(listen, &a, &any), why = 0;

	if (fd < 0)
		return any ? 0 : errno;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (connect(fd, (const struct sockaddr *)&a.socket, sizeof(a.socket)) !=
	    0)
		why = errno;
	close(fd);
	return why;
}

void
doctor_look_at_ports(const struct doctor *d, struct doctor_finding *f)
{
	const struct config *c = d->config;
	const char *const listen[] = {c->listen, c->listen_admin};
	bool runs = d->running.runs;

	for (size_t i = 0; i < 2 && f->result == DOCTOR_NOTHING; i++) {
		int why = runs ? try_call(listen[i]) : try_port(listen[i]);

		if (why != 0 && runs)
			doctor_say(f, DOCTOR_WARNING,
			    "the service runs, but nobody answers at %s (%s): "
			    "does it have other settings than this command?",
			    listen[i], strerror(why));
		else if (why == EADDRINUSE)
			doctor_say(f, DOCTOR_FAULT,
			    "%s is taken by another program: end that one, or "
			    "name another port",
			    listen[i]);
		else if (why != 0)
			doctor_say(f, DOCTOR_FAULT, "%s: cannot listen: %s",
			    listen[i], strerror(why));
	}
	if (f->result == DOCTOR_NOTHING)
		doctor_say(f, DOCTOR_OK, runs ? "answered on" : "free");
}

/* ---- files */

void
doctor_judge_files(
    unsigned long long may, const struct config *c, struct doctor_finding *f)
{
	struct servers_files wanted = servers_files(c);

	if (may < wanted.least)
		doctor_say(f, DOCTOR_FAULT,
		    "%llu may be open, and it does not start with less than "
		    "%u: raise LimitNOFILE, or ulimit -n",
		    may, wanted.least);
	else if (may < wanted.all)
		doctor_say(f, DOCTOR_WARNING,
		    "%llu may be open, and %lld connections want %u: raise "
		    "LimitNOFILE, or ulimit -n; else there are fewer",
		    may, (long long)c->connections, wanted.all);
	else
		doctor_say(f, DOCTOR_OK,
		    "%llu may be open, enough for %lld connections", may,
		    (long long)c->connections);
}

/* Of a process that runs; 0: there is no telling. */
static unsigned long long
limit_of(pid_t pid)
{
	static const char name[] = "Max open files";
	char path[64], line[LINE_BYTES];
	unsigned long long may = 0;
	FILE *in;

	snprintf(path, sizeof(path), "/proc/%d/limits", (int)pid);
	in = pid > 0 ? fopen(path, "re") : NULL;
	while (in != NULL && may == 0 && fgets(line, sizeof(line), in) != NULL)
		if (strncmp(line, name, sizeof(name) - 1) == 0)
			may = strtoull(line + sizeof(name) - 1, NULL, 10);
	if (in != NULL)
		fclose(in);
	return may;
}

void
doctor_look_at_files(const struct doctor *d, struct doctor_finding *f)
{
	unsigned long long may = limit_of(d->running.pid);
	struct rlimit files;

	/* what it would raise it to, if it were started from here */
	if (may == 0 && getrlimit(RLIMIT_NOFILE, &files) == 0)
		may = files.rlim_max;
	if (may != 0)
		doctor_judge_files(may, d->config, f);
}
