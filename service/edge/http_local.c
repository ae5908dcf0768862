#include "http_local.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const char scheme[] = "unix:";

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

/* 0, or -1: the path is too long. */
static int
fill(struct sockaddr_un *a, const char *path)
{
	size_t n = strlen(path);

	*a = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (n >= sizeof(a->sun_path))
		return -1;
	memcpy(a->sun_path, path, n);
	return 0;
}

bool
http_local_answers(const char *path)
{
	struct sockaddr_un a;
	int fd, result;

	if (fill(&a, path) != 0)
		return false;
	fd = open_socket();
	if (fd < 0)
		return false;
	result = connect(fd, (const struct sockaddr *)&a, sizeof(a));
	/* a queue that is full is somebody's too */
	if (result != 0 && errno == EAGAIN)
		result = 0;
	close(fd);
	return result == 0;
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
	struct sockaddr_un a;
	int fd;

	if (fill(&a, path) != 0)
		return err_set(e, ERR_INPUT,
		    "%.160s: too long for a socket: at most %zu bytes", path,
		    sizeof(a.sun_path) - 1);
	if (make_room(path) != 0)
		return fault(path, e);
	fd = open_socket();
	if (fd < 0)
		return fault(path, e);
	/* the folder is the owner's alone, so nobody is in between */
	if (bind(fd, (const struct sockaddr *)&a, sizeof(a)) == 0 &&
	    chmod(path, 0600) == 0 && listen(fd, backlog) == 0)
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
