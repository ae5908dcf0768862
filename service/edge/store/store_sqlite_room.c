#include "store_sqlite_room.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "../process/log.h"

enum {
	LOOK_MS = 1000,     /* between looks at the disk's free space */
	LOW_WATER_MIB = 16, /* less is not plenty */
	RESERVE_MIB = 16,   /* twice what the log is allowed to grow to */
	AMPLE_MIB = 1024,   /* no disk fills up so fast that a look is late */
	MIB = 1 << 20,
};

void
sqlite_room_init(struct sqlite_room *r, const char *path)
{
	struct stat st;

	*r = (struct sqlite_room){.plenty = true};
	r->database = path;
	snprintf(r->path, sizeof(r->path), "%s.reserve", path);
	r->held = stat(r->path, &st) == 0 &&
		  st.st_blocks * 512LL >= (long long)RESERVE_MIB * MIB;
}

unsigned
sqlite_room_wanted_mib(const struct sqlite_room *r)
{
	return LOW_WATER_MIB + (r->held ? 0 : RESERVE_MIB);
}

static void
take(struct sqlite_room *r)
{
	int fd =
	    open(r->path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	r->held = fd >= 0 && posix_fallocate(fd, 0, RESERVE_MIB * MIB) == 0;
	if (fd >= 0)
		close(fd);
	if (!r->held)
		unlink(r->path);
}

void
sqlite_room_give_up(struct sqlite_room *r)
{
	if (r->held && unlink(r->path) == 0)
		log_line(LOG_WARN, "store.reserve", {"what", "given up"},
		    {"effect", "only what makes room is written"});
	r->held = false;
	r->look_at_ms = 0;
}

bool
sqlite_room_is_plenty(struct sqlite_room *r, int64_t now_ms)
{
	struct statvfs disk;
	unsigned long long free_mib = AMPLE_MIB;

	if (now_ms < r->look_at_ms)
		return r->plenty;
	r->look_at_ms = now_ms + LOOK_MS;
	if (statvfs(r->database, &disk) == 0)
		free_mib = disk.f_bavail * disk.f_frsize / MIB;
	r->plenty = free_mib >= sqlite_room_wanted_mib(r);
	if (r->plenty && !r->held && free_mib < AMPLE_MIB)
		take(r);
	return r->plenty;
}
