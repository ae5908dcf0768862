#include "import_input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "memory.h"
#include "progress.h"

enum { BLOCK_BYTES = 1 << 16 };

struct import_input {
	const char *path;
	gzFile gz;
	char *bytes;     /* [from, to) was read, but not given out */
	size_t from, to; /* from <= to <= size */
	size_t size;
	size_t lines;
	struct progress progress;
};

const char *
import_input_name(const struct import_input *in)
{
	return in->path != NULL ? in->path : "standard input";
}

const char *
import_input_path(const struct import_input *in)
{
	return in->path;
}

struct span
import_input_head(const struct import_input *in)
{
	return (struct span){in->bytes + in->from, in->to - in->from};
}

size_t
import_input_at(const struct import_input *in)
{
	return in->lines;
}

/* Where nothing more came: 0 when it was the end, else -1. */
static int
check_end(const struct import_input *in, struct err *e)
{
	int code;
	const char *why = gzerror(in->gz, &code);
	if (code == Z_OK || code == Z_STREAM_END)
		return 0;
	return err_set(e, ERR_DOWN, "%s:%zu: cannot be read: %s",
	    import_input_name(in), in->lines + 1,
	    code == Z_ERRNO       ? strerror(errno)
	    : code == Z_BUF_ERROR ? "the gzipped file is cut short"
				  : why);
}

/* Reads at least one byte more to the end of `bytes`: 1, 0 at the end, -1. */
static int
fill(struct import_input *in, struct err *e)
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
	int got =
	    gzread(in->gz, in->bytes + in->to, (unsigned)(in->size - in->to));
	if (got <= 0 && check_end(in, e) != 0)
		return -1;
	in->to += (size_t)got;
	if (in->progress.total > 1)
		progress_at(&in->progress, (size_t)gzoffset(in->gz));
	return got != 0;
}

static gzFile
open_gz(const char *path, size_t *bytes)
{
	struct stat st;
	int fd =
	    path == NULL ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	*bytes = 0;
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(fd);
		errno = EISDIR;
		return NULL;
	}
	if (S_ISREG(st.st_mode))
		*bytes = (size_t)st.st_size;
	gzFile gz = gzdopen(fd, "rb");
	if (gz == NULL)
		close(fd);
	return gz;
}

static void
drop_mark(struct import_input *in)
{
	static const char mark[] = {'\xef', '\xbb', '\xbf'};
	if (in->to >= sizeof(mark) &&
	    memcmp(in->bytes, mark, sizeof(mark)) == 0)
		in->from = sizeof(mark);
}

struct import_input *
import_input_open(const char *path, struct err *e)
{
	size_t bytes = 0;
	const char *named = strcmp(path, "-") == 0 ? NULL : path;
	gzFile gz = open_gz(named, &bytes);
	if (gz == NULL) {
		err_set(e, ERR_MISSING, "%s: cannot be opened: %s", path,
		    strerror(errno));
		return NULL;
	}
	struct import_input *in = memory_new(1, sizeof(*in));
	*in = (struct import_input){.path = named, .gz = gz};
	in->progress = progress_start("reading", bytes);
	if (fill(in, e) < 0) {
		import_input_close(in);
		return NULL;
	}
	drop_mark(in);
	return in;
}

void
import_input_close(struct import_input *in)
{
	if (in == NULL)
		return;
	progress_end(&in->progress);
	gzclose(in->gz);
	free(in->bytes);
	free(in);
}

int
import_input_line(struct import_input *in, struct span *line, struct err *e)
{
	size_t looked = 0;
	for (;;) {
		const char *p = in->bytes + in->from;
		size_t n = in->to - in->from;
		const char *end = memchr(p + looked, '\n', n - looked);
		int more = end != NULL ? 1 : fill(in, e);
		if (more < 0)
			return -1;
		if (end != NULL || (more == 0 && n != 0)) {
			*line = (struct span){in->bytes + in->from,
			    end != NULL ? (size_t)(end + 1 - p) : n};
			in->from += line->n;
			in->lines++;
			return 1;
		}
		if (more == 0)
			return 0;
		if (n > IMPORT_RECORD_BYTES_MAX)
			return err_set(e, ERR_TOO_LARGE,
			    "%s:%zu: expected at most %d MiB in a line",
			    import_input_name(in), in->lines + 1,
			    IMPORT_RECORD_BYTES_MAX >> 20);
		looked = n;
	}
}

int
import_input_read(struct import_input *in, char *out, size_t n, struct err *e)
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
