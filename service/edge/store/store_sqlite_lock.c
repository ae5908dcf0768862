#include "store_sqlite_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/vfs.h>
#include <unistd.h>

static int
fault(const char *path, struct err *e, const char *what)
{
	return err_set(
	    e, ERR_DOWN, "store %s: %s: %s", path, what, strerror(errno));
}

int
sqlite_check_filesystem(int fd, const char *path, struct err *e)
{
	static const unsigned long remote[] = {NFS_SUPER_MAGIC, SMB_SUPER_MAGIC,
	    SMB2_SUPER_MAGIC, CIFS_SUPER_MAGIC, AFS_SUPER_MAGIC, AFS_FS_MAGIC,
	    CODA_SUPER_MAGIC, CEPH_SUPER_MAGIC, NCP_SUPER_MAGIC};
	struct statfs fs;
	size_t i;

	if (fstatfs(fd, &fs) != 0)
		return fault(path, e, "asking for its file system");
	for (i = 0; i < sizeof(remote) / sizeof(*remote); i++) {
		if ((unsigned long)fs.f_type == remote[i])
			return err_set(e, ERR_INPUT,
			    "store %s: is on a network file system: "
			    "use a local disk",
			    path);
	}
	return 0;
}

int
sqlite_lock(const char *path, struct err *e)
{
	char name[PATH_MAX + sizeof(".lock")];
	int fd;

	snprintf(name, sizeof(name), "%s.lock", path);
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return fault(path, e, "making its lock file");
	if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		if (sqlite_check_filesystem(fd, path, e) == 0)
			return fd;
	} else if (errno == EWOULDBLOCK) {
		err_set(e, ERR_BUSY,
		    "store %s: in use by another process: stop that one first",
		    path);
	} else {
		fault(path, e, "locking it");
	}
	close(fd);
	return -1;
}
