#include "disk.h"

#include <pthread.h>
#include <sqlite3.h>

#include "disk_image.h"

struct disk_file {
	sqlite3_file base;   /* first */
	struct image *image; /* NULL: none that is kept */
	sqlite3_file *real;
	enum disk_call sync;
};

static struct {
	pthread_mutex_t lock;
	sqlite3_vfs vfs, *real;
	unsigned long cut_at; /* calls until then; 0: never */
	enum disk_loss loss;
	bool off;
	struct disk_fault fault;
	bool failed;
} disk = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void
cut(void)
{
	if (disk.off)
		return;
	disk.off = true;
	disk.cut_at = 0;
}

/*
 * Before a call of that kind: SQLITE_OK, it is to be done; else an SQLite
 * code, and it is not, or is in part. With the disk locked.
 */
static int
begin(enum disk_call call)
{
	static const int codes[DISK_CALLS] = {
	    [DISK_WRITE] = SQLITE_IOERR_WRITE,
	    [DISK_SYNC] = SQLITE_IOERR_FSYNC,
	    [DISK_SYNC_DATABASE] = SQLITE_IOERR_FSYNC,
	    [DISK_TRUNCATE] = SQLITE_IOERR_TRUNCATE,
	    [DISK_DELETE] = SQLITE_IOERR_DELETE,
	};

	if (disk.cut_at > 0 && --disk.cut_at == 0)
		cut();
	if (disk.off)
		return codes[call];
	if (disk.fault.n == 0 || call != disk.fault.call || --disk.fault.n > 0)
		return SQLITE_OK;
	disk.fault.n = disk.fault.more > 0;
	disk.fault.more -= disk.fault.n;
	disk.failed = true;
	return disk.fault.error == DISK_FULL ? SQLITE_FULL : codes[call];
}

/* ---- files */

static sqlite3_file *
real_of(sqlite3_file *f)
{
	return ((struct disk_file *)f)->real;
}

static struct image *
image_in(sqlite3_file *f)
{
	return ((struct disk_file *)f)->image;
}

static int
file_close(sqlite3_file *f)
{
	return real_of(f)->pMethods->xClose(real_of(f));
}

static int
file_read(sqlite3_file *f, void *out, int n, sqlite3_int64 at)
{
	return disk_is_off()
		   ? SQLITE_IOERR_READ
		   : real_of(f)->pMethods->xRead(real_of(f), out, n, at);
}

static int
write_through(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	int code = real_of(f)->pMethods->xWrite(real_of(f), p, n, at);

	if (code == SQLITE_OK && image_in(f) != NULL)
		image_change(image_in(f), at, p, (size_t)n);
	return code;
}

static int
file_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	int code, ignored;

	pthread_mutex_lock(&disk.lock);
	code = begin(DISK_WRITE);
	if (code == SQLITE_OK)
		code = write_through(f, p, n, at);
	else if (code == SQLITE_FULL) /* a part of it fits */
		ignored = write_through(f, p, n / 2, at), (void)ignored;
	pthread_mutex_unlock(&disk.lock);
	return code;
}

static int
file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	int code;

	pthread_mutex_lock(&disk.lock);
	code = begin(DISK_TRUNCATE);
	if (code == SQLITE_OK)
		code = real_of(f)->pMethods->xTruncate(real_of(f), size);
	if (code == SQLITE_OK && image_in(f) != NULL)
		image_change(image_in(f), size, NULL, 0);
	pthread_mutex_unlock(&disk.lock);
	return code;
}

/* A sync that fails leaves pages that count as written: nobody syncs them
 * again (https://wiki.postgresql.org/wiki/Fsync_Errors). */
static int
file_sync(sqlite3_file *f, int flags)
{
	int code;

	(void)flags;
	pthread_mutex_lock(&disk.lock);
	code = begin(((struct disk_file *)f)->sync);
	if (code == SQLITE_OK && image_in(f) != NULL)
		image_make_safe(image_in(f));
	else if (!disk.off && image_in(f) != NULL)
		image_drop_changes(image_in(f));
	pthread_mutex_unlock(&disk.lock);
	return code;
}

static int
file_size(sqlite3_file *f, sqlite3_int64 *out)
{
	return real_of(f)->pMethods->xFileSize(real_of(f), out);
}

static int
file_lock(sqlite3_file *f, int how)
{
	return real_of(f)->pMethods->xLock(real_of(f), how);
}

static int
file_unlock(sqlite3_file *f, int how)
{
	return real_of(f)->pMethods->xUnlock(real_of(f), how);
}

static int
file_check_lock(sqlite3_file *f, int *out)
{
	return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}

static int
file_control(sqlite3_file *f, int op, void *arg)
{
	return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int
file_sector(sqlite3_file *f)
{
	return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int
file_device(sqlite3_file *f)
{
	return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static int
file_shm_map(
    sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
	return real_of(f)->pMethods->xShmMap(
	    real_of(f), page, size, extend, out);
}

static int
file_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
	return real_of(f)->pMethods->xShmLock(real_of(f), at, n, flags);
}

static void
file_shm_barrier(sqlite3_file *f)
{
	real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int
file_shm_unmap(sqlite3_file *f, int and_delete)
{
	return real_of(f)->pMethods->xShmUnmap(real_of(f), and_delete);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2, /* nothing is mapped but shared memory */
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_device,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

/* ---- the VFS */

static int
vfs_open(sqlite3_vfs *v, const char *path, sqlite3_file *f, int flags,
    int *out_flags)
{
	enum {
		KEPT = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL |
		       SQLITE_OPEN_MAIN_JOURNAL
	};
	struct disk_file *d = (struct disk_file *)f;
	int code = SQLITE_CANTOPEN;

	(void)v;
	*d = (struct disk_file){
	    .real = (sqlite3_file *)(d + 1),
	    .sync =
		flags & SQLITE_OPEN_MAIN_DB ? DISK_SYNC_DATABASE : DISK_SYNC,
	};
	pthread_mutex_lock(&disk.lock);
	if (!disk.off && path != NULL && (flags & KEPT))
		d->image = image_open(path);
	if (!disk.off)
		code = disk.real->xOpen(
		    disk.real, path, d->real, flags, out_flags);
	pthread_mutex_unlock(&disk.lock);
	if (code == SQLITE_OK)
		d->base.pMethods = &methods;
	return code;
}

static int
vfs_delete(sqlite3_vfs *v, const char *path, int sync_folder)
{
	int code;

	(void)v;
	pthread_mutex_lock(&disk.lock);
	code = begin(DISK_DELETE);
	if (code == SQLITE_OK)
		code = disk.real->xDelete(disk.real, path, 0);
	if (code == SQLITE_OK)
		image_unlink(image_of(path), sync_folder != 0);
	pthread_mutex_unlock(&disk.lock);
	return code;
}

void
disk_open(uint64_t seed)
{
	image_seed(seed);
	disk.real = sqlite3_vfs_find(NULL);
	disk.vfs = *disk.real;
	disk.vfs.szOsFile = (int)sizeof(struct disk_file) + disk.real->szOsFile;
	disk.vfs.zName = "disk";
	disk.vfs.pNext = NULL;
	disk.vfs.xOpen = vfs_open;
	disk.vfs.xDelete = vfs_delete;
	sqlite3_vfs_register(&disk.vfs, 1);
}

/* ---- what the tests do to it */

uint64_t
disk_random(uint64_t n)
{
	return image_random(n);
}

bool
disk_is_off(void)
{
	bool off;

	pthread_mutex_lock(&disk.lock);
	off = disk.off;
	pthread_mutex_unlock(&disk.lock);
	return off;
}

void
disk_cut_at(unsigned long n, enum disk_loss loss)
{
	pthread_mutex_lock(&disk.lock);
	disk.cut_at = n;
	disk.loss = loss;
	pthread_mutex_unlock(&disk.lock);
}

void
disk_cut(enum disk_loss loss)
{
	pthread_mutex_lock(&disk.lock);
	if (!disk.off)
		disk.loss = loss;
	cut();
	pthread_mutex_unlock(&disk.lock);
}

void
disk_power_on(void)
{
	pthread_mutex_lock(&disk.lock);
	images_lose(disk.loss);
	disk.off = false;
	disk.failed = false;
	pthread_mutex_unlock(&disk.lock);
}

void
disk_forget(void)
{
	pthread_mutex_lock(&disk.lock);
	images_forget();
	pthread_mutex_unlock(&disk.lock);
}

void
disk_fail(struct disk_fault f)
{
	pthread_mutex_lock(&disk.lock);
	disk.fault = f;
	disk.failed = false;
	pthread_mutex_unlock(&disk.lock);
}

bool
disk_has_failed(void)
{
	bool failed;

	pthread_mutex_lock(&disk.lock);
	failed = disk.failed;
	pthread_mutex_unlock(&disk.lock);
	return failed;
}
