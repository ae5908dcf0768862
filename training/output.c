#include "output.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../service/edge/process/file.h"
#include "memory.h"
#include "scratch.h"

int
output_write(const char *path, struct span bytes, enum output_readers readers,
    struct err *e)
{
	const char *slash = strrchr(path, '/');
	struct pool pool = {0};
	size_t n = slash == NULL ? 0 : (size_t)(slash - path);
	struct span folder =
	    pool_copy(&pool, n != 0 ? (struct span){path, n} : span_of("."));
	struct file f = {
	    .folder = slash == path ? "/" : folder.p,
	    .name = slash == NULL ? path : slash + 1,
	    .mode = readers,
	    .bytes = bytes,
	};
	int failed = file_replace(&f, e);
	pool_release(&pool);
	return failed;
}

/* A new file beside `path`; its descriptor or -1. */
static int
make_beside(const char *path, char **name)
{
	size_t n = strlen(path) + sizeof(".XXXXXX");
	*name = memory_new(n, 1);
	snprintf(*name, n, "%s.XXXXXX", path);
	int fd = mkostemp(*name, O_CLOEXEC);
	if (fd < 0) {
		free(*name);
		*name = NULL;
	}
	return fd;
}

/* Opens the folder that `path` is to be in; the descriptor or -1. */
static int
open_folder_of(const char *path, int flags)
{
	struct pool pool = {0};
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - path) + 1;
	struct span folder =
	    pool_copy(&pool, n != 0 ? (struct span){path, n} : span_of("."));
	int fd = open(folder.p, flags | O_CLOEXEC, 0600);
	pool_release(&pool);
	return fd;
}

/* Where it has no name to come to. */
static int
make_scratch(struct err *e)
{
	struct scratch scratch;
	return scratch_open(&scratch, e) == 0 ? scratch.fd : -1;
}

static int
make_draft(struct output_draft *d, const char *path, struct err *e)
{
	if (file_may_replace(path, e) != 0)
		return -1;
	/* without a name */
	int fd = open_folder_of(path, O_TMPFILE | O_RDWR);
	if (fd < 0)
		fd = make_beside(path, &d->name);
	return fd >= 0 ? fd : file_fault(e, path, "cannot be made");
}

int
output_draft_open(struct output_draft *d, const char *path, struct err *e)
{
	*d = (struct output_draft){.path = path};
	d->fd = path == NULL ? make_scratch(e) : make_draft(d, path, e);
	d->open = d->fd >= 0;
	if (d->open)
		snprintf(d->at, sizeof(d->at), "/proc/self/fd/%d", d->fd);
	return d->open ? 0 : -1;
}

/* A file is linked only where nothing is, but renamed to what is there. */
static int
give_name(struct output_draft *d)
{
	int fd = make_beside(d->path, &d->name);
	if (fd < 0)
		return -1;
	close(fd);
	unlink(d->name);
	return linkat(AT_FDCWD, d->at, AT_FDCWD, d->name, AT_SYMLINK_FOLLOW);
}

int
output_draft_hand_over(struct output_draft *d, struct err *e)
{
	if (geteuid() != 0)
		return 0;
	struct stat st;
	int folder = open_folder_of(d->path, O_DIRECTORY | O_RDONLY);
	int failed = folder < 0 || fstat(folder, &st) != 0 ||
		     fchown(d->fd, st.st_uid, st.st_gid) != 0;
	if (failed)
		file_fault(e, d->path, "cannot be made");
	if (folder >= 0)
		close(folder);
	return failed ? -1 : 0;
}

int
output_draft_keep(struct output_draft *d, struct err *e)
{
	if (fsync(d->fd) != 0 || (d->name == NULL && give_name(d) != 0) ||
	    rename(d->name, d->path) != 0)
		return file_fault(e, d->path, "cannot be made");
	free(d->name);
	d->name = NULL;
	return 0;
}

void
output_draft_close(struct output_draft *d)
{
	if (d->open)
		close(d->fd);
	if (d->name != NULL)
		unlink(d->name);
	free(d->name);
	*d = (struct output_draft){0};
}

int
output_folder_open(struct output_folder *o, struct err *e)
{
	char *stays = o->stays == NULL ? NULL : output_path(o->path, o->stays);
	int taken = stays != NULL && access(stays, F_OK) == 0;
	free(stays);
	if (taken)
		return err_set(e, ERR_TAKEN,
		    "%.200s: has a %s already; --force replaces it", o->path,
		    o->stays);
	o->made = access(o->path, F_OK) != 0;
	return file_folder(o->path, 0755, e);
}

void
output_folder_close(struct output_folder *o, bool failed)
{
	if (!failed || !o->made)
		return;
	for (const char *const *name = o->files; *name != NULL; name++) {
		char *path = output_path(o->path, *name);
		unlink(path);
		free(path);
	}
	rmdir(o->path);
}

char *
output_path(const char *folder, const char *name)
{
	return output_path_as(folder, name, "");
}

char *
output_path_as(const char *folder, const char *name, const char *suffix)
{
	size_t n = strlen(folder) + strlen(name) + strlen(suffix) + 2;
	char *path = memory_new(n, 1);
	snprintf(path, n, "%s/%s%s", folder, name, suffix);
	return path;
}
