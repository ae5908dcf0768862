#include "doctor_folder.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../edge/process/loop.h"
#include "../edge/process/secrets.h"
#include "doctor.h"

enum {
	PATH_BYTES = PATH_MAX + NAME_MAX + 2,
	DAY_S = 24 * 3600,
	COPY_DAYS_MOST = 8, /* once a week, and a day late */
	MIB = 1 << 20,
};

/* Calls `each` for what lies in `folder`, as it is (lstat), until it returns
 * false. Whether the folder could be read; errno. */
struct visit {
	bool (*each)(
	    void *arg, const char *path, const char *name, struct stat *st);
	void *arg;
};

static bool
each_in(const char *folder, const struct visit *v)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	char path[PATH_BYTES];
	struct stat st;
	bool on = true;

	if (dir == NULL)
		return false;
	while (on && (entry = readdir(dir)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0 && lstat(path, &st) == 0)
			on = v->each(v->arg, path, entry->d_name, &st);
	}
	closedir(dir);
	return true;
}

/* ---- the folder of --var */

static const char *
name_of(uid_t user, char out[32])
{
	const struct passwd *p = getpwuid(user);

	if (p != NULL)
		snprintf(out, 32, "%s", p->pw_name);
	else
		snprintf(out, 32, "user %u", (unsigned)user);
	return out;
}

struct strays {
	uid_t owner; /* of the folder */
	struct doctor_finding *finding;
};

/* What another's command left, such as root's; what others may read. */
static bool
find_stray(void *arg, const char *path, const char *name, struct stat *st)
{
	const struct strays *s = arg;
	char is[32], should[32];

	(void)name;
	if (!S_ISREG(st->st_mode))
		return true;
	if (st->st_uid != s->owner)
		doctor_say(s->finding, DOCTOR_FAULT,
		    "%s belongs to %s, its folder to %s: chown it, and run "
		    "commands as that user",
		    path, name_of(st->st_uid, is), name_of(s->owner, should));
	else if ((st->st_mode & 077) != 0)
		doctor_say(s->finding, DOCTOR_WARNING,
		    "%s: others have rights on it (mode %04o): chmod 600 it",
		    path, (unsigned)st->st_mode & 07777);
	return s->finding->result != DOCTOR_FAULT;
}

/* What to do, if it is about who does it. */
static const char *
advice(int why)
{
	return why == EACCES || why == EPERM
		   ? ": run this as the user whom the service runs as"
		   : "";
}

static void
say_missing(const char *var, struct doctor_finding *f)
{
	if (errno == ENOENT)
		doctor_say(f, DOCTOR_WARNING,
		    "%s is not there: the first start makes it; if there was "
		    "one, which --var?",
		    var);
	else
		doctor_say(f, DOCTOR_FAULT, "%s: %s%s", var, strerror(errno),
		    advice(errno));
}

void
doctor_look_at_folder(const struct doctor *d, struct doctor_finding *f)
{
	const char *var = d->config->var;
	struct strays strays = {.finding = f};
	const struct visit v = {find_stray, &strays};
	struct stat st;
	char owner[32];

	if (stat(var, &st) != 0) {
		say_missing(var, f);
	} else if (!S_ISDIR(st.st_mode)) {
		doctor_say(f, DOCTOR_FAULT, "%s is no folder", var);
	} else if ((st.st_mode & 022) != 0) {
		doctor_say(f, DOCTOR_FAULT,
		    "%s: others may write to it (mode %04o), so the service "
		    "does not start: chmod 700 it",
		    var, (unsigned)st.st_mode & 07777);
	} else if (access(var, R_OK | W_OK | X_OK) != 0) {
		int why = errno; /* asking for the name sets another */

		doctor_say(f, DOCTOR_FAULT,
		    "%s, of %s, cannot be written to: %s%s", var,
		    name_of(st.st_uid, owner), strerror(why), advice(why));
	} else {
		strays.owner = st.st_uid;
		(void)each_in(var, &v);
		if (f->result == DOCTOR_NOTHING && (st.st_mode & 077) != 0)
			doctor_say(f, DOCTOR_WARNING,
			    "%s: others may look into it (mode %04o): chmod "
			    "700 it",
			    var, (unsigned)st.st_mode & 07777);
		else if (f->result == DOCTOR_NOTHING)
			doctor_say(f, DOCTOR_OK,
			    "%s is private to %s, and can be written to", var,
			    name_of(st.st_uid, owner));
	}
}

/* ---- the secret */

void
doctor_look_at_secret(const struct doctor *d, struct doctor_finding *f)
{
	const char *var = d->config->var;
	unsigned char secret[SECRET_BYTES];
	struct err e;

	/* only where there is one: reading it would make one */
	if (secrets_are_there(var)) {
		if (secrets_load(var, secret, &e) != 0)
			doctor_say(f, DOCTOR_FAULT, "%s", e.text);
		else if (d->store.mark != 0 &&
			 d->store.mark != secrets_mark(secret))
			doctor_say(f, DOCTOR_FAULT,
			    "%s/secret is not the one that the store was made "
			    "with: put back the file that was there then, or "
			    "nobody of before is known",
			    var);
		else if (d->store.others)
			doctor_say(f, DOCTOR_WARNING,
			    "%s/secret was not the one that the store was made "
			    "with when the service last started: put back the "
			    "file that was there then, and start it",
			    var);
		else
			doctor_say(f, DOCTOR_OK,
			    "%s/secret is there, for its owner only: keep a "
			    "copy of it, once, elsewhere",
			    var);
		explicit_bzero(secret, sizeof(secret));
	} else if (errno == ENOENT && d->store.there) {
		doctor_say(f, DOCTOR_FAULT,
		    "%s/secret cannot be found, but there is a store: put back "
		    "the file that was there when the store was made",
		    var);
	}
}

/* ---- beside the store */

struct leftovers {
	const char *store; /* the name of its file */
	char first[NAME_MAX + 1];
	int n;
	int64_t bytes;
};

/* Whether a name is that of a store with the time, or of a copy in the
 * making. */
static bool
is_leftover(const char *name, const char *store)
{
	size_t n = strlen(store), all = strlen(name);
	static const char partial[] = ".partial";
	size_t p = sizeof(partial) - 1;

	if (all > p && strcmp(name + all - p, partial) == 0)
		return true;
	return strncmp(name, store, n) == 0 && name[n] == '.' &&
	       isdigit((unsigned char)name[n + 1]);
}

static bool
count_leftover(void *arg, const char *path, const char *name, struct stat *st)
{
	struct leftovers *l = arg;

	(void)path;
	if (!S_ISREG(st->st_mode) || !is_leftover(name, l->store))
		return true;
	if (l->n++ == 0)
		snprintf(l->first, sizeof(l->first), "%s", name);
	l->bytes += st->st_size;
	return true;
}

void
doctor_look_at_leftovers(const struct doctor *d, struct doctor_finding *f)
{
	const char *file = store_file(d->config->store);
	const char *slash = file == NULL ? NULL : strrchr(file, '/');
	struct leftovers l = {.store = slash == NULL ? file : slash + 1};
	const struct visit v = {count_leftover, &l};
	char folder[PATH_MAX];

	if (file == NULL)
		return;
	snprintf(folder, sizeof(folder), "%.*s",
	    slash == NULL ? 1 : (int)(slash - file) + 1,
	    slash == NULL ? "." : file);
	if (!each_in(folder, &v))
		return;
	if (l.n > 0)
		doctor_say(f, DOCTOR_WARNING,
		    "%d beside the store, %.1f MiB, such as %s: they hold "
		    "comments still: delete them when no command needs them",
		    l.n, (double)l.bytes / MIB, l.first);
	else
		doctor_say(f, DOCTOR_OK, "none beside the store");
}

/* ---- copies */

struct copies {
	int n;
	time_t newest;
	char name[NAME_MAX + 1];
};

static bool
count_copy(void *arg, const char *path, const char *name, struct stat *st)
{
	struct copies *c = arg;

	if (!S_ISREG(st->st_mode) || is_leftover(name, "moderato.db") ||
	    !store_is_copy(path))
		return true;
	c->n++;
	if (st->st_mtime > c->newest) {
		c->newest = st->st_mtime;
		snprintf(c->name, sizeof(c->name), "%s", name);
	}
	return true;
}

void
doctor_look_at_backups(const struct doctor *d, struct doctor_finding *f)
{
	struct copies c = {0};
	const struct visit v = {count_copy, &c};
	int64_t age_s;
	double days;

	if (d->backups == NULL)
		return;
	if (!each_in(d->backups, &v)) {
		doctor_say(
		    f, DOCTOR_FAULT, "%s: %s", d->backups, strerror(errno));
		return;
	}
	age_s = clock_unix_ms() / 1000 - c.newest;
	days = (double)age_s / DAY_S;
	if (c.n == 0)
		doctor_say(f, DOCTOR_FAULT,
		    "%s has no copy of a store: moderatod backup %s/FILE",
		    d->backups, d->backups);
	else if (days > COPY_DAYS_MOST)
		doctor_say(f, DOCTOR_WARNING,
		    "the newest, %s, is %.0f days old: moderatod backup "
		    "%s/FILE",
		    c.name, days, d->backups);
	else
		doctor_say(f, DOCTOR_OK, "%d; the newest, %s, is %.1f days old",
		    c.n, c.name, days < 0 ? 0 : days);
}
