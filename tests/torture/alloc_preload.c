/*
 * Loaded before libc: allocations of a daemon are counted, chosen ones fail,
 * and what was never given back shows. Of each it can be told by which path,
 * a chain of callers, it was reached: there are far fewer paths than calls. A
 * test watches and orders by a file that ALLOC_CONTROL names and that both
 * have mapped (alloc.py).
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	EARLY_BYTES = 8192,
	ALIGNMENT = 16,
	FRAMES = 32, /* of a path, the innermost */
	PATHS = 1 << 16,
	FAILED = 1, /* the lowest bit of a path that did */
};

/* Of calls [from, until) each fails, and by chance one of `one_in`; 0: none. */
struct control {
	_Atomic uint64_t calls, from, until, one_in, chance, failed;
	_Atomic int64_t blocks, mapped; /* not given back; the latter: bytes */
	_Atomic uint64_t survey;        /* whether paths are looked at */
	_Atomic uint64_t path_fails;    /* the next call by it; 0: none */
	struct {
		_Atomic uint64_t hash, call; /* 0: none; of which call first */
	} path[PATHS];
};

static struct control unwatched;
static struct control *control = &unwatched;

/* What dlsym asks for before we know whom to ask. */
static _Alignas(ALIGNMENT) char early[EARLY_BYTES];
static size_t early_used;

static struct {
	void *(*malloc)(size_t);
	void *(*calloc)(size_t, size_t);
	void *(*realloc)(void *, size_t);
	int (*posix_memalign)(void **, size_t, size_t);
	void *(*aligned_alloc)(size_t, size_t);
	void (*free)(void *);
	void *(*mmap)(void *, size_t, int, int, int, off_t);
	int (*munmap)(void *, size_t);
} next;

static const struct {
	void *at;
	const char *name;
} names[] = {
    {&next.malloc, "malloc"},
    {&next.calloc, "calloc"},
    {&next.realloc, "realloc"},
    {&next.posix_memalign, "posix_memalign"},
    {&next.aligned_alloc, "aligned_alloc"},
    {&next.free, "free"},
    {&next.mmap, "mmap"},
    {&next.munmap, "munmap"},
};

static void
find_next(void)
{
	static bool looking;

	if (next.munmap != NULL || looking)
		return;
	looking = true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		*(void **)names[i].at = dlsym(RTLD_NEXT, names[i].name);
	looking = false;
}

/* Who aborts says why at best; this says where, and lets it go on. */
static void
tell_where(int sig)
{
	void *frames[FRAMES];

	(void)sig;
	backtrace_symbols_fd(frames, backtrace(frames, FRAMES), STDERR_FILENO);
}

__attribute__((constructor)) static void
watch(void)
{
	const char *path = getenv("ALLOC_CONTROL");
	void *shared;
	int fd;

	find_next();
	backtrace(&(void *){NULL}, 1); /* which loads what it needs */
	signal(SIGABRT, tell_where);
	fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return;
	shared = next.mmap(
	    NULL, sizeof(*control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (shared != MAP_FAILED) {
		control = shared;
		atomic_fetch_add(&control->blocks, unwatched.blocks);
		atomic_fetch_add(&control->mapped, unwatched.mapped);
	}
	close(fd);
}

/* xorshift: who comes at the same time may draw the same, which is fine. */
static uint64_t
draw(void)
{
	uint64_t x = atomic_load(&control->chance);

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	atomic_store(&control->chance, x);
	return x;
}

/* Where the library, or program, that the code is of begins; 0: unknown. */
static uint64_t
begin_of(const void *code)
{
	struct dl_find_object at;

	return _dl_find_object((void *)code, &at) == 0
		   ? (uint64_t)at.dlfo_map_start
		   : 0;
}

/* The callers of an allocation, but those here, the same in each process: from
 * where each returns, seen from the begin of its library (FNV-1a of words). */
static uint64_t
hash_path(void)
{
	void *frames[FRAMES];
	uint64_t hash = 0xcbf29ce484222325, here = begin_of(&hash_path);
	int n = backtrace(frames, FRAMES);

	for (int i = 0; i < n; i++) {
		uint64_t begin = begin_of(frames[i]);

		if (begin != here)
			hash = (hash ^ ((uint64_t)frames[i] - begin)) *
			       0x100000001b3;
	}
	return (hash >> 1 | 2) & ~(uint64_t)FAILED; /* positive, and not 0 */
}

/* Writes down by which path this call came; a full table takes no more. */
static void
note_path(uint64_t hash, uint64_t call, bool failed)
{
	for (size_t i = 0; i < PATHS; i++) {
		size_t at = (hash / 4 + i) % PATHS;
		uint64_t none = 0;

		if (atomic_compare_exchange_strong(
			&control->path[at].hash, &none, hash))
			atomic_store(&control->path[at].call, call);
		else if ((none & ~(uint64_t)FAILED) != hash)
			continue;
		if (failed)
			atomic_fetch_or(&control->path[at].hash, FAILED);
		return;
	}
}

/* Whether it is the path that is to fail, which it does once. */
static bool
is_wanted(uint64_t hash)
{
	return atomic_compare_exchange_strong(&control->path_fails, &hash, 0);
}

/* Whether this call fails. */
static bool
fails(void)
{
	uint64_t call = atomic_fetch_add(&control->calls, 1);
	uint64_t one_in = atomic_load(&control->one_in);
	bool chosen = call >= atomic_load(&control->from) &&
		      call < atomic_load(&control->until);
	bool failed = chosen || (one_in != 0 && draw() % one_in == 0);

	if (failed || atomic_load(&control->survey) != 0 ||
	    atomic_load(&control->path_fails) != 0) {
		uint64_t hash = hash_path();

		failed = is_wanted(hash) || failed;
		note_path(hash, call, failed);
	}
	if (!failed)
		return false;
	atomic_fetch_add(&control->failed, 1);
	errno = ENOMEM;
	return true;
}

static void *
noted(void *block)
{
	if (block != NULL)
		atomic_fetch_add(&control->blocks, 1);
	return block;
}

static void *
take_early(size_t bytes)
{
	void *block = early + early_used;

	early_used += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	return early_used <= EARLY_BYTES ? block : NULL;
}

static bool
is_early(const void *block)
{
	return (const char *)block >= early &&
	       (const char *)block < early + EARLY_BYTES;
}

void *
malloc(size_t bytes)
{
	find_next();
	if (next.malloc == NULL)
		return take_early(bytes);
	return fails() ? NULL : noted(next.malloc(bytes));
}

void *
calloc(size_t n, size_t bytes)
{
	find_next();
	if (next.calloc == NULL)
		return take_early(n * bytes);
	return fails() ? NULL : noted(next.calloc(n, bytes));
}

void *
realloc(void *old, size_t bytes)
{
	void *block;

	find_next();
	if (fails())
		return NULL;
	if (is_early(old)) {
		size_t most = (size_t)(early + EARLY_BYTES - (char *)old);

		block = noted(next.malloc(bytes));
		return block == NULL
			   ? NULL
			   : memcpy(block, old, bytes < most ? bytes : most);
	}
	block = next.realloc(old, bytes);
	if (old == NULL)
		return noted(block);
	if (block == NULL && bytes == 0)
		atomic_fetch_sub(&control->blocks, 1);
	return block;
}

void *
reallocarray(void *old, size_t n, size_t bytes)
{
	size_t all;

	if (!__builtin_mul_overflow(n, bytes, &all))
		return realloc(old, all);
	errno = ENOMEM;
	return NULL;
}

int
posix_memalign(void **out, size_t alignment, size_t bytes)
{
	int result;

	find_next();
	if (fails())
		return ENOMEM;
	result = next.posix_memalign(out, alignment, bytes);
	if (result == 0)
		noted(*out);
	return result;
}

void *
aligned_alloc(size_t alignment, size_t bytes)
{
	find_next();
	return fails() ? NULL : noted(next.aligned_alloc(alignment, bytes));
}

void *
memalign(size_t alignment, size_t bytes)
{
	return aligned_alloc(alignment, bytes);
}

void
free(void *block)
{
	if (block == NULL || is_early(block))
		return;
	find_next();
	atomic_fetch_sub(&control->blocks, 1);
	next.free(block);
}

void *
mmap(void *at, size_t bytes, int access, int flags, int fd, off_t offset)
{
	void *block;

	find_next();
	if (fails())
		return MAP_FAILED;
	block = next.mmap(at, bytes, access, flags, fd, offset);
	if (block != MAP_FAILED)
		atomic_fetch_add(&control->mapped, (int64_t)bytes);
	return block;
}

void *
mmap64(void *at, size_t bytes, int access, int flags, int fd, off_t offset)
{
	return mmap(at, bytes, access, flags, fd, offset);
}

int
munmap(void *block, size_t bytes)
{
	find_next();
	atomic_fetch_sub(&control->mapped, (int64_t)bytes);
	return next.munmap(block, bytes);
}
