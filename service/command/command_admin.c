#include "command_admin.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../edge/format/json.h"
#include "../edge/http/http_client.h"
#include "../edge/http/http_local.h"
#include "../edge/process/log.h"
#include "../edge/store/store_backup.h"
#include "../engine.h"
#include "../servers.h"
#include "../version.h"
#include "command.h"
#include "command_request.h"
#include "command_show.h"

enum {
	ANSWER_BYTES = 4 << 20,
	CONNECT_MS = 3000,
	WHOLE_MS = 60 * 1000,
	DRAIN_MS = 5000,
	DRAIN_STEP_MS = 5,
};

bool
command_admin_knows(const char *noun)
{
	for (const struct order *o = orders; o->noun != NULL; o++)
		if (strcmp(o->noun, noun) == 0)
			return true;
	return false;
}

/* Sends the request; what comes is in `order`. 0, or -1: nothing came. */
static int
send_request(const struct command_request *r, const char *socket,
    struct http_order *order, struct err *e)
{
	static const char *const headers[] = {
	    "Content-Type: application/json", NULL};
	struct http_client client = {
	    .agent = "moderatod/" MODERATO_VERSION,
	    .connect_ms = CONNECT_MS,
	    .whole_ms = WHOLE_MS,
	};
	char url[sizeof("http://localhost") + REQUEST_TARGET_MAX];
	bool asks = strcmp(r->order->method, "GET") == 0;
	char *body = asks ? NULL : json_dumps(r->body, JSON_COMPACT);

	snprintf(url, sizeof(url), "http://localhost%s", r->target);
	order->method = r->order->method;
	order->url = url;
	order->socket = socket;
	order->headers = headers;
	if (body != NULL)
		order->body = span_of(body);
	http_client_perform(&client, order, 1);
	free(body);
	order->body = (struct span){NULL, 0};
	order->url = NULL;
	if (order->status != 0 && !order->answer_cut)
		return 0;
	if (order->status != 0)
		return err_set(e, ERR_TOO_LARGE, "the answer is too large");
	*e = order->err;
	return -1;
}

/* Whether it was not understood; what is there already is no such thing. */
static bool
is_misuse(unsigned status, const json_t *problem)
{
	const json_t *errors = json_object_get(problem, "errors"), *one;
	bool there = json_array_size(errors) > 0;
	size_t i;

	json_array_foreach(errors, i, one)
	{
		there &= json_object_get(one, "entry") != NULL;
	}
	return (status == 400 || status == 422) && !there;
}

/* Shows what came, of a page after the first too; the exit code. */
static int
show_answer(const struct command_request *r, const struct http_order *order,
    const json_t *answer, bool more)
{
	enum show_rows table = more ? SHOW_TABLE_MORE : SHOW_TABLE;

	if (order->status < 300) {
		if (r->json)
			printf("%.*s\n", (int)order->answer_n, order->answer);
		else
			command_show(stdout, r->order, answer,
			    isatty(STDOUT_FILENO) ? table : SHOW_BARE);
		return EXIT_SUCCESS;
	}
	if (r->json)
		printf("%.*s\n", (int)order->answer_n, order->answer);
	command_show_problem(stderr, r->order->noun, answer);
	return is_misuse(order->status, answer) ? EXIT_USAGE : EXIT_FAILURE;
}

/*
 * Points the request at the page of a list after this one; whether so. Who
 * said how many wants no more.
 */
static bool
turn_page(struct command_request *r, const json_t *answer, size_t target_n)
{
	const char *next = json_string_value(json_object_get(answer, "next"));
	const char *name = r->order->cursor;

	if (r->order->list == NULL || next == NULL ||
	    strstr(r->target, "limit=") != NULL)
		return false;
	r->target[target_n] = '\0';
	return command_request_ask(r, name == NULL ? "after" : name, next) == 0;
}

/* Asks, page by page, and shows; the exit code, -1 and `e`: no answer. */
static int
ask(struct command_request *r, const char *socket, struct err *e)
{
	struct http_order order = {
	    .answer = malloc(ANSWER_BYTES),
	    .answer_room = ANSWER_BYTES,
	};
	size_t target_n = strlen(r->target);
	char way[HTTP_LOCAL_BYTES];
	bool more = order.answer != NULL;
	json_t *answer;
	int code = -1;

	if (!more) {
		err_set(e, ERR_DOWN, "no memory for an answer");
	} else if (http_local_reach(socket, way) != 0) {
		err_set(e, ERR_DOWN, "no way to %.200s", socket);
		more = false;
	}
	while (more) {
		code = send_request(r, way, &order, e);
		if (code != 0)
			break;
		answer =
		    json_read((struct span){order.answer, order.answer_n}, e);
		code = answer == NULL ? -1
				      : show_answer(r, &order, answer,
					    r->target[target_n] != '\0');
		more = code == EXIT_SUCCESS && turn_page(r, answer, target_n);
		json_decref(answer);
	}
	free(order.answer);
	return code;
}

static void
drain(struct servers *s)
{
	int64_t end_ms = clock_monotonic_ms() + DRAIN_MS;

	servers_drain(s, 0);
	while (!servers_drained(s) && clock_monotonic_ms() < end_ms)
		usleep(DRAIN_STEP_MS * 1000);
}

/* 0, or -1: nothing is here, such as where --var was not said. */
static int
find_store(const struct command_request *r, const struct config *c,
    const char *socket, struct err *e)
{
	if (r->order->begins || store_exists(c->store))
		return 0;
	return err_set(e, ERR_INPUT,
	    "no service answers at %.180s, and there is no store: "
	    "which --var?",
	    socket);
}

/*
 * Those about models compare them with the one in use. Where none can be
 * loaded they say so, if they need it: another may be put in its place.
 */
static void
load_models(
    const struct command_request *r, struct engine *n, const struct config *c)
{
	struct err ignored;

	if (strcmp(r->order->noun, "model") == 0)
		(void)model_shelf_load(n->service.shelf, c->model, &ignored);
}

/* As ask, of what the service would open. */
static int
ask_ourselves(struct command_request *r, const struct config *c,
    const char *socket, struct err *e)
{
	struct engine n = {0};
	struct servers *s = NULL;
	int code = -1;

	if (find_store(r, c, socket, e) == 0 && engine_open(&n, c, e) == 0) {
		load_models(r, &n, c);
		s = servers_open(c, &n.service, n.state, SERVERS_OPERATORS, e);
	}
	if (s != NULL && servers_start(s, e) == 0) {
		code = ask(r, socket, e);
		drain(s);
	}
	servers_close(s);
	engine_close(&n);
	return code;
}

/* Asks whoever serves this store, or serves it meanwhile. */
static int
ask_somebody(struct command_request *r, const struct config *c,
    const char *socket, struct err *e)
{
	if (http_local_answers(socket))
		return ask(r, socket, e);
	if (errno != EACCES)
		return ask_ourselves(r, c, socket, e);
	return err_set(e, ERR_DOWN,
	    "%.180s: permission denied: ask as the user whom the service "
	    "runs as",
	    socket);
}

static int
run(struct command_request *r, const struct config *c, struct err *e)
{
	char address[PATH_MAX];
	const char *socket;
	int code;

	umask(077);
	signal(SIGPIPE, SIG_IGN);
	log_open(LOG_ERROR, log_style_named(c->log_format));
	servers_local(c, address, sizeof(address));
	socket = http_local_path(address);
	code = ask_somebody(r, c, socket, e);
	http_client_end();
	return code;
}

/* With the request read, all the rest; the exit code. */
static int
read_and_run(struct command_request *r, struct err *e)
{
	struct config config;
	struct config_source *source = config_read(&config, r->n, r->flags, e);
	int code = EXIT_USAGE;

	if (source != NULL)
		code = run(r, &config, e);
	if (source == NULL || code < 0)
		fprintf(stderr, "moderatod %s: %s\n", r->order->noun, e->text);
	config_free(source);
	return code < 0 ? EXIT_FAILURE : code;
}

int
command_admin(int argc, char **argv)
{
	struct command_request r;
	struct err e = {0};
	bool usable = command_request_read(&r, argc, argv, &e) == 0;
	int code = EXIT_SUCCESS;

	if (r.help) {
		command_show_usage(stdout, argv[0]);
	} else if (usable) {
		code = read_and_run(&r, &e);
	} else {
		fprintf(stderr, "moderatod %s: %s\n", argv[0], e.text);
		code = e.code == ERR_DOWN ? EXIT_FAILURE : EXIT_USAGE;
		if (code == EXIT_USAGE)
			command_show_forms(stderr, argv[0], r.order);
	}
	command_request_release(&r);
	return code;
}
