#include "http_local.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const char scheme[] = "unix:";

_Static_assert(HTTP_LOCAL_BYTES == sizeof(((struct sockaddr_un *)0)->sun_path),
    "as long as an address can be");

const char *
http_local_path(const char *address)
{
	size_t n = sizeof(scheme) - 1;

	return strncmp(address, scheme, n) == 0 ? address + n : NULL;
}

static int
fault(const char *path, struct err *e)
{
	return err_set(
	    e, ERR_DOWN, "cannot listen on %.160s: %s", path, strerror(errno));
}

static int
open_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/*
 * The way to `path` that fits into an address: if it is too long, by its
 * folder, open as *folder for as long as it is used; else that is -1. 0 or -1.
 */
static int
reach(const char *path, char out[HTTP_LOCAL_BYTES], int *folder)
{
	char parent[PATH_MAX];
	const char *slash = strrchr(path, '/');
	int n;

	*folder = -1;
	if (strlen(path) < HTTP_LOCAL_BYTES) {
		memcpy(out, path, strlen(path) + 1);
		return 0;
	}
	if (slash == NULL || strlen(path) >= sizeof(parent))
		return -1;
	snprintf(parent, sizeof(parent), "%.*s", (int)(slash - path), path);
	*folder = open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*folder < 0)
		return -1;
	n = snprintf(
	    out, HTTP_LOCAL_BYTES, "/proc/self/fd/%d%s", *folder, slash);
	return n < HTTP_LOCAL_BYTES ? 0 : -1;
}

int
http_local_reach(const char *path, char out[HTTP_LOCAL_BYTES])
{
	int folder;

	return reach(path, out, &folder);
}

/* Calls bind or connect for `path`. 0, or -1 and errno. */
static int
call(int (*with)(int fd, const struct sockaddr *a, socklen_t n), int fd,
    const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	char way[HTTP_LOCAL_BYTES];
	int folder, result = -1, why;

	if (reach(path, way, &folder) == 0) {
		memcpy(a.sun_path, way, sizeof(way));
		result = with(fd, (const struct sockaddr *)&a, sizeof(a));
	}
	why = errno;
	if (folder >= 0)
		close(folder);
	errno = why;
	return result;
}

pid_t
http_local_listener(const char *path)
{
	struct ucred who = {.pid = 0};
	socklen_t n = sizeof(who);
	int fd = open_socket(), result;

	if (fd < 0)
		return -1;
	result = call(connect, fd, path);
	/* a queue that is full is somebody's too */
	if (result != 0 && errno == EAGAIN)
		result = 0;
	if (result == 0 &&
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) != 0)
		who.pid = 0;
	close(fd);
	return result != 0 ? -1 : who.pid;
}

bool
http_local_answers(const char *path)
{
	return http_local_listener(path) >= 0;
}

/* Takes away what an earlier process left, and nothing but a socket. */
static int
make_room(const char *path)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return errno == ENOENT ? 0 : -1;
	if (!S_ISSOCK(st.st_mode) || http_local_answers(path)) {
		errno = EADDRINUSE;
		return -1;
	}
	return unlink(path);
}

int
http_local_listen(const char *path, int backlog, struct err *e)
{
	int fd;

	if (make_room(path) != 0)
		return fault(path, e);
	fd = open_socket();
	if (fd < 0)
		return fault(path, e);
	/* the folder is the owner's alone, so nobody is in between */
	if (call(bind, fd, path) == 0 && chmod(path, 0600) == 0 &&
	    listen(fd, backlog) == 0)
		return fd;
	fault(path, e);
	close(fd);
	return -1;
}

void
http_local_forget(const char *path)
{
	unlink(path);
}
