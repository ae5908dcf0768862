/*
 * moderato-train promote, rollback, shadow: orders to the running service,
 * which asks what speaks against it, swaps the model and writes down who did
 * it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon.h"
#include "options.h"
#include "output.h"
#include "same_model.h"

enum { PATH_BYTES = 1024 };

struct ordering {
	struct daemon_place place;
	bool force, end, json;
	bool promotes;
	const char *what; /* a model's name or folder; NULL: none is wanted */
	char *name;       /* escaped */
};

/* The last part of a folder's path. */
static struct span
name_of(const char *folder)
{
	size_t n = strlen(folder);
	while (n > 1 && folder[n - 1] == '/')
		n--;
	size_t from = n;
	while (from > 0 && folder[from - 1] != '/')
		from--;
	return (struct span){folder + from, n - from};
}

/* A folder of ours must be the service's, too. 0 or -1. */
static int
check_folder(struct daemon *d, const struct ordering *o, struct err *e)
{
	if (o->what == NULL || !daemon_is_local(d))
		return 0;
	char *path = output_path(o->what, "model.bin");
	bool ours = access(path, R_OK) == 0;
	free(path);
	return ours ? same_model_check(d, o->what, name_of(o->what),
			  "copy the folder beside its models", e)
		    : 0;
}

/* What the service names when somebody may insist. */
static const char *const overruled[] = {"gold set", "its proposal"};

/* Says what can be done about it. */
static void
advise(const struct ordering *o, struct err *e)
{
	struct err was = *e;
	if (e->code != ERR_TAKEN || o->force)
		return;
	for (size_t i = 0; i < sizeof(overruled) / sizeof(*overruled); i++)
		if (strstr(was.text, overruled[i]) != NULL) {
			err_set(e, ERR_TAKEN,
			    "%.220s (--force does it all the same)", was.text);
			return;
		}
}

static bool
lies_in(const char *folder, const char *name)
{
	char *path = output_path(folder, name);
	bool lies = access(path, F_OK) == 0;
	free(path);
	return lies;
}

/* Whether a model that lies here has nothing to be judged by. */
static bool
is_unasked(struct daemon *d, const struct ordering *o)
{
	const char *folder = o->what;
	if (o->place.url != NULL || !lies_in(folder, "model.bin") ||
	    lies_in(folder, "../gold.jsonl"))
		return false;
	char path[PATH_BYTES];
	struct err ignored;
	snprintf(path, sizeof(path), "/v1/models/%s", o->name);
	json_t *got = daemon_ask(d, "GET", path, NULL, &ignored);
	bool unasked = json_is_null(json_object_get(got, "proposal"));
	json_decref(got);
	return unasked;
}

static void
tell(struct daemon *d, const struct ordering *o, const json_t *answer)
{
	const char *active =
	    json_string_value(json_object_get(answer, "active"));
	const char *shadow =
	    json_string_value(json_object_get(answer, "shadow"));
	if (o->json) {
		json_dumpf(answer, stdout, JSON_COMPACT);
		putchar('\n');
		return;
	}
	printf("%s is active%s%s\n", active != NULL ? active : "no model",
	    shadow != NULL ? ", beside it judges " : "",
	    shadow != NULL ? shadow : "");
	if (o->promotes && is_unasked(d, o))
		puts("nothing was asked of it: there is no gold set beside it "
		     "(export --gold),\nand it was not made by propose; "
		     "rollback takes it back");
}

static int
send(const struct ordering *o, const char *method, const char *path,
    struct err *e)
{
	struct daemon *d = daemon_open(&o->place, e);
	json_t *answer = NULL;
	if (d != NULL && check_folder(d, o, e) == 0)
		answer = daemon_ask(d, method, path, NULL, e);
	if (answer != NULL)
		tell(d, o, answer);
	else
		advise(o, e);
	int code = answer != NULL ? RUN_OK : RUN_FAILED;
	json_decref(answer);
	daemon_close(d);
	return code;
}

/* Reads the command line by `table`; the order to send is then in `path`. */
static int
obey(const struct command *self, char **argv, struct ordering *o,
    const struct option_row *table, struct err *e)
{
	struct operands operands;
	enum options_result got = options_read(self, table, argv, &operands, e);
	bool names = strstr(self->usage, "MODEL") != NULL;
	char path[PATH_BYTES] = "/v1/models:rollback";
	int code = got == OPTIONS_HELP ? RUN_OK : RUN_USAGE;
	if (got == OPTIONS_GO && operands.n != names) {
		err_set(e, ERR_INPUT, "%s",
		    names ? "the name of a model is needed"
			  : "nothing but options is expected");
	} else if (got == OPTIONS_GO && daemon_place_check(&o->place, e) == 0) {
		o->what = names ? operands.files[0].path : NULL;
		o->name = daemon_escape(names ? name_of(o->what) : span_of(""));
		if (names)
			snprintf(path, sizeof(path), "/v1/models/%s%s%s%s",
			    o->name, o->end ? "/" : ":", self->name,
			    o->force ? "?force=yes" : "");
		code = send(o, o->end ? "DELETE" : "POST", path, e);
	}
	free(o->name);
	free(operands.files);
	return code;
}

#define JSON_ROW(o)                                                            \
	{                                                                      \
		"json", OPTION_FLAG, &(o).json, NULL,                          \
		    "print what is in use as JSON", 0, 0                       \
	}

static int
promote(const struct command *self, char **argv, struct err *e)
{
	struct ordering o = {.promotes = true};
	const struct option_row table[] = {
	    {"force", OPTION_FLAG, &o.force, NULL,
		"even if the gold set or its proposal speaks against it"},
	    DAEMON_ROWS(o.place),
	    JSON_ROW(o),
	    {0},
	};
	return obey(self, argv, &o, table, e);
}

static int
roll_back(const struct command *self, char **argv, struct err *e)
{
	struct ordering o = {0};
	const struct option_row table[] = {
	    DAEMON_ROWS(o.place),
	    JSON_ROW(o),
	    {0},
	};
	return obey(self, argv, &o, table, e);
}

static int
shadow(const struct command *self, char **argv, struct err *e)
{
	struct ordering o = {0};
	const struct option_row table[] = {
	    {"end", OPTION_FLAG, &o.end, NULL, "no longer"},
	    DAEMON_ROWS(o.place),
	    JSON_ROW(o),
	    {0},
	};
	return obey(self, argv, &o, table, e);
}

const struct command command_promote = {
    "promote",
    "put a model in use, unless something speaks against it",
    "MODEL [OPTION]...",
    "  moderato-train promote models/mine\n"
    "  moderato-train promote mine --force\n"
    "\n"
    "Refused when the model is worse than the one in use on gold.jsonl beside\n"
    "the models, or when its proposal names anything against it.\n"
    "`moderatod audit list --json` says who promoted what, and whether it was\n"
    "forced.\n",
    promote,
};

const struct command command_rollback = {
    "rollback",
    "take the last promotion back",
    "[OPTION]...",
    "  moderato-train rollback\n",
    roll_back,
};

const struct command command_shadow = {
    "shadow",
    "have a model judge along; nobody acts on what it says",
    "MODEL [OPTION]...",
    "  moderato-train shadow models/mine\n"
    "  moderato-train shadow mine --end\n"
    "\n"
    "The page of models shows where it would have done otherwise, and the "
    "queue\n"
    "finds such comments (is:disagreed).\n",
    shadow,
};
