#include "workshop.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"
#include "output.h"

static const char prefix[] = ".proposing-";

/* The folder, locked, or -1: there is none, or somebody works in it. */
static int
enter(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Removes a folder of files and gives `fd` back. */
static void
clear(const char *path, int fd)
{
	DIR *folder = fdopendir(fd);
	struct dirent *entry;
	if (folder == NULL) {
		close(fd);
		return;
	}
	while ((entry = readdir(folder)) != NULL)
		unlinkat(fd, entry->d_name, 0);
	rmdir(path);
	closedir(folder);
}

static int
is_workshop(const struct dirent *entry)
{
	return strncmp(entry->d_name, prefix, sizeof(prefix) - 1) == 0;
}

static void
sweep(const char *models)
{
	struct dirent **entries = NULL;
	int n = scandir(models, &entries, is_workshop, NULL);
	for (int i = 0; i < n; i++) {
		char *path = output_path(models, entries[i]->d_name);
		int fd = enter(path);
		if (fd >= 0)
			clear(path, fd);
		free(path);
		free(entries[i]);
	}
	free(entries);
}

int
workshop_open(
    struct workshop *w, const char *models, const char *name, struct err *e)
{
	size_t n = sizeof(prefix) + strlen(name);
	char *hidden = memory_new(n, 1);
	sweep(models);
	snprintf(hidden, n, "%s%s", prefix, name);
	w->path = output_path(models, hidden);
	free(hidden);
	w->fd = mkdir(w->path, 0700) == 0 ? enter(w->path) : -1;
	if (w->fd >= 0)
		return 0;
	if (errno == EEXIST)
		err_set(e, ERR_TAKEN,
		    "%.200s: somebody is making a model of that name", w->path);
	else
		err_set(e, ERR_DOWN, "%.200s: %m", w->path);
	free(w->path);
	w->path = NULL;
	return -1;
}

/* Gives all in a folder, and it, to `to`. 0 or -1 and errno. */
static int
give(int fd, const struct stat *to)
{
	DIR *folder = fdopendir(dup(fd));
	struct dirent *entry;
	int failed = folder == NULL ? -1 : 0;
	while (!failed && (entry = readdir(folder)) != NULL)
		if (strcmp(entry->d_name, "..") != 0)
			failed = fchownat(fd, entry->d_name, to->st_uid,
			    to->st_gid, AT_SYMLINK_NOFOLLOW);
	if (folder != NULL) {
		rewinddir(folder); /* `fd` is where it was */
		closedir(folder);
	}
	return failed;
}

/* What root makes for a service must not be beyond its reach. */
static int
hand_over(int fd)
{
	struct stat models;
	if (geteuid() != 0)
		return 0;
	if (fstatat(fd, "..", &models, 0) != 0)
		return -1;
	return models.st_uid == 0 ? 0 : give(fd, &models);
}

int
workshop_publish(struct workshop *w, const char *folder, struct err *e)
{
	if (fchmod(w->fd, 0755) != 0 || hand_over(w->fd) != 0 ||
	    rename(w->path, folder) != 0)
		return err_set(e, ERR_DOWN, "%.200s: %m", folder);
	close(w->fd);
	free(w->path);
	w->path = NULL;
	return 0;
}

void
workshop_close(struct workshop *w)
{
	if (w->path == NULL)
		return;
	clear(w->path, w->fd);
	free(w->path);
	w->path = NULL;
}
