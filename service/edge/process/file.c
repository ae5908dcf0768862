#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int
file_fault(struct err *e, const char *path, const char *what)
{
	return err_set(e, ERR_DOWN, "%s: %s: %s", path, what, strerror(errno));
}

int64_t
file_bytes(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

/* Flushes what `path` names, a folder or a file. */
static int
sync_path(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int result = fd < 0 ? -1 : fsync(fd);

	if (result != 0)
		file_fault(e, path, "flushing");
	if (fd >= 0)
		close(fd);
	return result;
}

/* Like mkdir -p; a folder that was made is flushed into its parent. */
static int
make_folder(const char *folder, mode_t mode, struct err *e)
{
	char path[PATH_MAX], parent[PATH_MAX] = ".";
	char *at;

	if (snprintf(path, sizeof path, "%s/", folder) >= (int)sizeof path)
		return err_set(e, ERR_INPUT, "%s: path too long", folder);
	if (*path == '/')
		*parent = '/';
	for (at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		if (mkdir(path, mode) == 0) {
			if (sync_path(parent, e) != 0)
				return -1;
		} else if (errno != EEXIST) {
			return file_fault(e, path, "making the folder");
		}
		memcpy(parent, path, (size_t)(at - path) + 1);
		*at = '/';
	}
	return 0;
}

static int
write_all(int fd, struct span bytes)
{
	ssize_t n;

	for (; bytes.n > 0; bytes.p += n, bytes.n -= (size_t)n) {
		n = write(fd, bytes.p, bytes.n);
		if (n < 0 && errno != EINTR)
			return -1;
		n = n < 0 ? 0 : n;
	}
	return 0;
}

/* A new file beside the final one, named in `path`, flushed. */
static int
write_temporary(const struct file *f, char *path, size_t size, struct err *e)
{
	int fd, bad;

	if (snprintf(path, size, "%s/.%s.XXXXXX", f->folder, f->name) >=
	    (int)size)
		return err_set(e, ERR_INPUT, "%s: path too long", f->folder);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return file_fault(e, path, "making the file");
	bad = write_all(fd, f->bytes) != 0 || fchmod(fd, f->mode) != 0 ||
	      fsync(fd) != 0;
	bad |= close(fd) != 0;
	if (bad) {
		file_fault(e, path, "writing");
		unlink(path);
	}
	return bad ? -1 : 0;
}

int
file_may_replace(const char *path, struct err *e)
{
	struct stat st;

	if (lstat(path, &st) != 0 || S_ISREG(st.st_mode))
		return 0;
	return err_set(e, ERR_INPUT, "%s: is %s: expected a file, or nothing",
	    path, S_ISLNK(st.st_mode) ? "a symbolic link" : "no regular file");
}

static int
path_of(const struct file *f, char path[PATH_MAX], struct err *e)
{
	if (snprintf(path, PATH_MAX, "%s/%s", f->folder, f->name) < PATH_MAX)
		return 0;
	return err_set(e, ERR_INPUT, "%s: path too long", f->folder);
}

/* Puts a temporary file in its place by `move`, rename or link. */
static int
put(const struct file *f, const char *path,
    int (*move)(const char *, const char *), struct err *e)
{
	char temporary[PATH_MAX];
	int failed, why;

	if (make_folder(f->folder, f->mode | (f->mode & 0444) >> 2, e) != 0 ||
	    write_temporary(f, temporary, sizeof temporary, e) != 0)
		return -1;
	failed = move(temporary, path);
	why = errno;
	unlink(temporary); /* gone already after a rename */
	if (failed)
		return err_set(e, why == EEXIST ? ERR_CONFLICT : ERR_DOWN,
		    "%s: putting in place: %s", path, strerror(why));
	return sync_path(f->folder, e);
}

int
file_replace(const struct file *f, struct err *e)
{
	char path[PATH_MAX];

	if (path_of(f, path, e) != 0 || file_may_replace(path, e) != 0)
		return -1;
	return put(f, path, rename, e);
}

int
file_create(const struct file *f, struct err *e)
{
	char path[PATH_MAX];

	return path_of(f, path, e) == 0 ? put(f, path, link, e) : -1;
}

int
file_folder(const char *folder, mode_t mode, struct err *e)
{
	char inside[PATH_MAX];

	if (make_folder(folder, mode, e) != 0)
		return -1;
	/* fits, as it did there */
	if (snprintf(inside, sizeof inside, "%s/", folder) < 0)
		return err_set(e, ERR_BUG, "%s: no path", folder);
	return access(inside, W_OK | X_OK) == 0
		   ? 0
		   : file_fault(e, folder, "nothing can be written there");
}

int
file_open(const char *path, size_t *bytes, struct err *e)
{
	struct stat st;
	/* O_NONBLOCK: a named pipe must not hold us up */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0)
		return err_set(e, errno == ENOENT ? ERR_MISSING : ERR_DOWN,
		    "%s: %s", path,
		    errno == ELOOP ? "is a symbolic link" : strerror(errno));
	if (fstat(fd, &st) != 0) {
		file_fault(e, path, "asking for its size");
	} else if (!S_ISREG(st.st_mode)) {
		err_set(e, ERR_DOWN, "%s: not a regular file", path);
	} else if (st.st_mode & S_IWOTH) {
		err_set(e, ERR_DOWN, "%s: anybody may write to it: chmod o-w",
		    path);
	} else {
		*bytes = (size_t)st.st_size;
		return fd;
	}
	close(fd);
	return -1;
}

int
file_read(int fd, const char *path, void *out, size_t n, struct err *e)
{
	unsigned char *p = out;
	size_t at = 0;
	ssize_t got;

	while (at < n) {
		got = read(fd, p + at, n - at);
		if (got == 0)
			return err_set(e, ERR_DOWN,
			    "%s: truncated: %zu of %zu bytes", path, at, n);
		if (got < 0 && errno != EINTR)
			return file_fault(e, path, "reading");
		at += got > 0 ? (size_t)got : 0;
	}
	return 0;
}
