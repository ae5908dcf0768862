/*
 * Loaded into the daemon: what becomes of its syncs. The file that
 * MODERATO_SYNC names says so, each time: "slow MS", "fail", or nothing. Its
 * log, ".log" at the end, has a line for each that failed, and for each of a
 * log file (-wal) that was tried again on the descriptor where one had failed.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FILES_MAX = 4096, ORDER_BYTES = 32 };

static atomic_bool has_failed[FILES_MAX];

/* What the file says; "" when there is none. */
static void
read_order(char out[ORDER_BYTES])
{
	const char *path = getenv("MODERATO_SYNC");
	int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, out, ORDER_BYTES - 1);

	out[n > 0 ? n : 0] = '\0';
	if (fd >= 0)
		syscall(SYS_close, fd);
}

static void
note(const char *what, const char *file)
{
	char path[PATH_MAX], line[PATH_MAX];
	int fd, n = snprintf(line, sizeof(line), "%s %s\n", what, file);

	snprintf(path, sizeof(path), "%s.log", getenv("MODERATO_SYNC"));
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, line, (size_t)n) != n)
		abort();
	syscall(SYS_close, fd);
}

static bool
is_log(const char *file)
{
	size_t n = strlen(file);

	return n > 4 && strcmp(file + n - 4, "-wal") == 0;
}

static void
name_of(int fd, char out[PATH_MAX])
{
	char link[64];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, out, PATH_MAX - 1);
	out[n > 0 ? n : 0] = '\0';
}

static int
sync_as_told(int fd, const char *call)
{
	int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, call);
	char order[ORDER_BYTES], file[PATH_MAX];

	read_order(order);
	name_of(fd, file);
	if (fd < FILES_MAX && is_log(file) && has_failed[fd])
		note("again", file);
	if (strncmp(order, "slow ", 5) == 0)
		usleep((useconds_t)strtoul(order + 5, NULL, 10) * 1000);
	if (strncmp(order, "fail", 4) != 0)
		return real(fd);
	note("failed", file);
	if (fd < FILES_MAX)
		has_failed[fd] = true;
	errno = EIO;
	return -1;
}

int
fdatasync(int fd)
{
	return sync_as_told(fd, "fdatasync");
}

int
fsync(int fd)
{
	return sync_as_told(fd, "fsync");
}

int
close(int fd)
{
	if (fd >= 0 && fd < FILES_MAX)
		has_failed[fd] = false;
	return (int)syscall(SYS_close, fd);
}
