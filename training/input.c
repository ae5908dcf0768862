#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "memory.h"
#include "progress.h"

enum {
	BLOCK_BYTES = 1 << 16,
	GZIP_ONLY = 16 + MAX_WBITS, /* for inflateInit2 */
};

/* A gzipped file on its way: members in a row. */
struct packed {
	z_stream z;
	bool ended; /* a member is whole, and no other has begun */
	unsigned char block[BLOCK_BYTES];
};

struct input {
	const char *path; /* NULL: standard input */
	int fd;
	struct packed *packed; /* NULL: it is plain */
	char *bytes;           /* [from, to) was read, but not given out */
	size_t from, to;       /* from <= to <= size */
	size_t size;
	size_t lines;
	size_t taken; /* bytes of the file */
	const char *hint;
	struct progress progress;
};

const char *
input_name(const struct input *in)
{
	return in->path != NULL ? in->path : "standard input";
}

const char *
input_path(const struct input *in)
{
	return in->path;
}

struct span
input_head(const struct input *in)
{
	return (struct span){in->bytes + in->from, in->to - in->from};
}

const char *
input_hint(const struct input *in)
{
	return in->hint;
}

size_t
input_at(const struct input *in)
{
	return in->lines;
}

static int
fail(const struct input *in, struct err *e, const char *why)
{
	return err_set(e, ERR_DOWN, "%s:%zu: cannot be read: %s",
	    input_name(in), in->lines + 1, why);
}

/* As read(2) of what is in the file, but -1 and `e`. */
static ssize_t
take(struct input *in, void *out, size_t n, struct err *e)
{
	ssize_t got;
	do
		got = read(in->fd, out, n);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return fail(in, e, strerror(errno));
	in->taken += (size_t)got;
	if (in->progress.total > 1)
		progress_at(&in->progress, in->taken);
	return got;
}

/* The same once more, when all of the block is unpacked. */
static ssize_t
take_block(struct input *in, struct err *e)
{
	z_stream *z = &in->packed->z;
	ssize_t got = z->avail_in;
	if (got == 0) {
		got = take(in, in->packed->block, BLOCK_BYTES, e);
		z->next_in = in->packed->block;
		z->avail_in = got < 0 ? 0 : (unsigned)got;
	}
	return got;
}

/* As take, of what is packed in it. */
static ssize_t
unpack(struct input *in, char *out, size_t n, struct err *e)
{
	struct packed *p = in->packed;
	p->z.next_out = (unsigned char *)out;
	p->z.avail_out = (unsigned)n;
	while (p->z.avail_out == n) {
		ssize_t got = take_block(in, e);
		if (got < 0)
			return -1;
		if (got == 0 && !p->ended)
			return fail(in, e, "the gzipped file is cut short");
		if (p->ended && (got == 0 || p->z.next_in[0] != 0x1f))
			return 0; /* what follows is not of it */
		int code = inflate(&p->z, Z_NO_FLUSH);
		if (code != Z_OK && code != Z_STREAM_END)
			return fail(in, e, zError(code));
		p->ended = code == Z_STREAM_END;
		if (p->ended)
			inflateReset(&p->z);
	}
	return (ssize_t)(n - p->z.avail_out);
}

/* Reads at least one byte more to the end of `bytes`: 1, 0 at the end, -1. */
static int
fill(struct input *in, struct err *e)
{
	if (in->from != 0) {
		memmove(in->bytes, in->bytes + in->from, in->to - in->from);
		in->to -= in->from;
		in->from = 0;
	}
	if (in->to == in->size) {
		in->size = 2 * in->size + BLOCK_BYTES;
		in->bytes = memory_grow(in->bytes, in->size, 1);
	}
	char *end = in->bytes + in->to;
	size_t room = in->size - in->to;
	ssize_t got = in->packed != NULL ? unpack(in, end, room, e)
					 : take(in, end, room, e);
	if (got < 0)
		return -1;
	in->to += (size_t)got;
	return got != 0;
}

/* At least `n` bytes to the front, if there are so many: 0 or -1. */
static int
fill_to(struct input *in, size_t n, struct err *e)
{
	int more = 1;
	while (more == 1 && in->to - in->from < n)
		more = fill(in, e);
	return more < 0 ? -1 : 0;
}

/* Whether the file begins with `mark`, once that was read. */
static bool
begins(const struct input *in, const char *mark, size_t n)
{
	return in->to >= n && memcmp(in->bytes, mark, n) == 0;
}

/* Has what was read of a gzipped file unpacked. */
static void
begin_packed(struct input *in)
{
	struct packed *p = memory_new(1, sizeof(*p));
	if (inflateInit2(&p->z, GZIP_ONLY) != Z_OK)
		memory_fail();
	memcpy(p->block, in->bytes, in->to);
	p->z.next_in = p->block;
	p->z.avail_in = (unsigned)in->to;
	in->to = 0;
	in->packed = p;
}

/* Whether each letter has two bytes, with a mark before the first or not. */
static bool
is_wide(struct span head)
{
	static const char *const marks[] = {"\xff\xfe", "\xfe\xff"};
	if (head.n < 2)
		return false;
	return memcmp(head.p, marks[0], 2) == 0 ||
	       memcmp(head.p, marks[1], 2) == 0 ||
	       (head.p[0] == '\0') != (head.p[1] == '\0');
}

static const char *
hint_of(struct span head)
{
	struct span text = span_strip(head);
	if (is_wide(head))
		return "it is UTF-16: `iconv -f UTF-16 -t UTF-8 FILE` makes "
		       "UTF-8 of it";
	if (text.n > 0 && text.p[0] == '[')
		return "it is one JSON array: `jq -c '.[]' FILE` makes an "
		       "object a line of it";
	return NULL;
}

/* Reads the first bytes, so that it is known what it is. 0 or -1. */
static int
begin(struct input *in, struct err *e)
{
	static const char gzip[] = {'\x1f', '\x8b'};
	static const char mark[] = {'\xef', '\xbb', '\xbf'};
	if (fill_to(in, sizeof(gzip), e) < 0)
		return -1;
	if (begins(in, gzip, sizeof(gzip)))
		begin_packed(in);
	if (fill_to(in, sizeof(mark), e) < 0)
		return -1;
	if (begins(in, mark, sizeof(mark)))
		in->from = sizeof(mark);
	in->hint = hint_of(input_head(in));
	return 0;
}

/* A descriptor; -1 and errno. */
static int
open_file(const char *path)
{
	int fd =
	    path == NULL ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(fd);
		errno = EISDIR;
		return -1;
	}
	return fd;
}

struct input *
input_open(const char *path, struct err *e)
{
	const char *named = strcmp(path, "-") == 0 ? NULL : path;
	int fd = open_file(named);
	if (fd < 0) {
		err_set(e, ERR_MISSING, "%s: cannot be opened: %s", path,
		    strerror(errno));
		return NULL;
	}
	struct input *in = memory_new(1, sizeof(*in));
	*in = (struct input){.path = named, .fd = fd};
	if (begin(in, e) == 0)
		return in;
	input_close(in);
	return NULL;
}

void
input_show_progress(struct input *in)
{
	struct stat st;
	if (fstat(in->fd, &st) == 0 && S_ISREG(st.st_mode))
		in->progress = progress_start("reading", (size_t)st.st_size);
}

void
input_close(struct input *in)
{
	if (in == NULL)
		return;
	progress_end(&in->progress);
	if (in->packed != NULL)
		inflateEnd(&in->packed->z);
	close(in->fd);
	free(in->packed);
	free(in->bytes);
	free(in);
}

/*
 * Reads until a line is there as a whole, and says how long it is; 0: there is
 * none. 0, or -1 and `e`.
 */
static int
find_line(struct input *in, size_t *n, struct err *e)
{
	size_t looked = 0;
	int more = 1;
	while (more == 1 && looked <= INPUT_LINE_BYTES_MAX) {
		const char *p = in->bytes + in->from;
		size_t there = in->to - in->from;
		const char *end = memchr(p + looked, '\n', there - looked);
		if (end != NULL) {
			*n = (size_t)(end + 1 - p);
			return 0;
		}
		looked = there;
		more = fill(in, e);
	}
	*n = looked;
	return more < 0 ? -1 : 0;
}

int
input_line(struct input *in, struct span *line, struct err *e)
{
	size_t n;
	if (find_line(in, &n, e) != 0)
		return -1;
	if (n > INPUT_LINE_BYTES_MAX)
		return err_set(e, ERR_TOO_LARGE,
		    "%s:%zu: expected at most %d MiB in a line", input_name(in),
		    in->lines + 1, INPUT_LINE_BYTES_MAX >> 20);
	*line = (struct span){in->bytes + in->from, n};
	in->from += n;
	in->lines += n != 0;
	return n != 0;
}

int
input_read(struct input *in, char *out, size_t n, struct err *e)
{
	if (in->from == in->to) {
		int more = fill(in, e);
		if (more <= 0)
			return more;
	}
	size_t there = in->to - in->from;
	if (n > there)
		n = there;
	memcpy(out, in->bytes + in->from, n);
	in->from += n;
	return (int)n;
}
