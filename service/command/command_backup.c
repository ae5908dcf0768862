#include "command_backup.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../edge/config/config.h"
#include "../edge/process/loop.h"
#include "../edge/store/store_backup.h"
#include "command.h"

enum { FLAGS_MAX = 64 };

/* What the two differ in. */
struct copying {
	const char *name, *usage;
	int (*run)(const char *uri, struct store_copy *c, struct err *e);
	const char *says; /* after the copy's file and size */
};

static const struct copying backup = {
    .name = "backup",
    .run = store_back_up,
    .says = "is the store as it was when this began, and whole.\n"
	    "Keep a copy of the file `secret` in --var, too, once; "
	    "elsewhere.",
    .usage =
	"usage: moderatod backup FILE [--json] [FLAG…]\n\n"
	"Copies the store to a new FILE, whether the service runs or not: all\n"
	"that was acknowledged before. The copy is private, checked, and one\n"
	"file; until it is whole it is called FILE.partial. Whatever is "
	"called\n"
	"FILE already stays, and this fails.\n\n"
	"  --json   say how it went as JSON\n\n"
	"Other flags are settings of `moderatod serve`, such as --var.\n\n"
	"  moderatod backup /backup/moderato-$(date +%F).db\n\n"
	"Exit codes: 0 done, 1 failed, 2 wrong usage or settings.\n",
};

static const struct copying restore = {
    .name = "restore",
    .run = store_restore,
    .says = "is the store from the next start on.\n"
	    "Keys that were revoked and people who were removed since it was "
	    "made are\nthere again, and so are the passwords of then and what "
	    "erased authors wrote:\nrevoke, remove and erase once more.",
    .usage =
	"usage: moderatod restore FILE [--json] [FLAG…]\n\n"
	"Puts a copy that `moderatod backup` made in the place of the store,\n"
	"while the service does not run. FILE is checked first and stays; "
	"what\n"
	"was there is kept beside it, under its name with the time.\n\n"
	"  --json   say how it went as JSON\n\n"
	"Other flags are settings of `moderatod serve`, such as --var.\n\n"
	"  moderatod restore /backup/moderato-2026-11-26.db\n\n"
	"Exit codes: 0 done, 1 failed, 2 wrong usage or settings.\n",
};

/* What the arguments say. */
struct wish {
	const char *file; /* NULL: not said */
	bool json, help;
	int n;
	char *flags[FLAGS_MAX];
};

/* The file comes first. 0 or -1. */
static int
read_wish(struct wish *w, int argc, char **argv, struct err *e)
{
	*w = (struct wish){.file = NULL};
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0)
			w->json = true;
		else if (strcmp(argv[i], "--help") == 0)
			w->help = true;
		else if (i == 0 && argv[i][0] != '-')
			w->file = argv[i];
		else if (w->n < FLAGS_MAX)
			w->flags[w->n++] = argv[i];
		else
			return err_set(e, ERR_INPUT, "too many flags");
	}
	if (w->file == NULL && !w->help)
		return err_set(e, ERR_INPUT, "expected FILE first");
	return 0;
}

/* A line of its own on a terminal, overwritten each time. */
static void
show_progress(void *arg, int64_t done_bytes, int64_t bytes)
{
	const struct copying *c = arg;

	if (bytes > 0)
		fprintf(stderr, "\r%s: %3d %% of %.1f MiB%s", c->name,
		    (int)(100 * done_bytes / bytes), (double)bytes / (1 << 20),
		    done_bytes < bytes ? "" : ", checking it\n");
}

static void
tell(const struct copying *c, const struct store_copy *copy,
    const struct wish *w, int64_t ms)
{
	json_t *o;
	char *text;

	if (!w->json) {
		printf("%s (%.1f MiB, %lld comments) %s\n", copy->file,
		    (double)copy->bytes / (1 << 20), (long long)copy->comments,
		    c->says);
		if (copy->kept[0] != '\0')
			printf("What was there before is %s.\n", copy->kept);
		return;
	}
	o = json_pack("{s:s, s:I, s:I, s:f, s:s?}", "file", copy->file, "bytes",
	    (json_int_t)copy->bytes, "comments", (json_int_t)copy->comments,
	    "seconds", (double)ms / 1000, "kept",
	    copy->kept[0] == '\0' ? NULL : copy->kept);
	text = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(9));
	puts(text == NULL ? "" : text);
	free(text);
	json_decref(o);
}

/* With the settings read. 0 or -1. */
static int
run(const struct copying *c, const struct config *config, const struct wish *w,
    struct err *e)
{
	struct store_copy copy = {.file = w->file, .arg = (void *)c};
	int64_t began_ms = clock_monotonic_ms();

	if (isatty(STDERR_FILENO) && !w->json)
		copy.progress = show_progress;
	umask(077);
	if (c->run(config->store, &copy, e) != 0)
		return -1;
	tell(c, &copy, w, clock_monotonic_ms() - began_ms);
	return 0;
}

static int
command(const struct copying *c, int argc, char **argv)
{
	struct config config;
	struct config_source *source;
	struct wish wish;
	struct err e = {0};
	int code = EXIT_SUCCESS;

	if (read_wish(&wish, argc, argv, &e) != 0) {
		fprintf(stderr, "moderatod %s: %s\n\n%s", c->name, e.text,
		    c->usage);
		return EXIT_USAGE;
	}
	if (wish.help) {
		fputs(c->usage, stdout);
		return EXIT_SUCCESS;
	}
	source = config_read(&config, wish.n, wish.flags, &e);
	if (source == NULL)
		code = EXIT_USAGE;
	else if (run(c, &config, &wish, &e) != 0)
		code = EXIT_FAILURE;
	if (code != EXIT_SUCCESS)
		fprintf(stderr, "moderatod %s: %s\n", c->name, e.text);
	config_free(source);
	return code;
}

int
command_backup(int argc, char **argv)
{
	return command(&backup, argc, argv);
}

int
command_restore(int argc, char **argv)
{
	return command(&restore, argc, argv);
}

void
command_backup_help(FILE *out)
{
	fputs(backup.usage, out);
}

void
command_restore_help(FILE *out)
{
	fputs(restore.usage, out);
}
