#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "memory.h"

static const char *
folder(void)
{
	const char *said = getenv("TMPDIR");
	return said != NULL && said[0] != '\0' ? said : "/var/tmp";
}

int
scratch_open(struct scratch *s, struct err *e)
{
	char path[PATH_MAX];
	snprintf(path, sizeof(path), "%s/moderato-train-XXXXXX", folder());
	int fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return err_set(e, ERR_DOWN, "%s: %s", path, strerror(errno));
	unlink(path);
	*s = (struct scratch){.fd = fd, .open = true};
	return 0;
}

void
scratch_close(struct scratch *s)
{
	if (s->open)
		close(s->fd);
	*s = (struct scratch){0};
}

int
scratch_add(struct scratch *s, struct span bytes, struct err *e)
{
	while (bytes.n > 0) {
		ssize_t n = write(s->fd, bytes.p, bytes.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(
			    e, ERR_DOWN, "%s: %s", folder(), strerror(errno));
		bytes = (struct span){bytes.p + n, bytes.n - (size_t)n};
		s->bytes += (uint64_t)n;
	}
	return 0;
}

void
scratch_read(const struct scratch *s, void *to, size_t n, uint64_t at)
{
	for (size_t done = 0; done < n;) {
		ssize_t got = pread(
		    s->fd, (char *)to + done, n - done, (off_t)(at + done));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			fprintf(stderr, "moderato-train: %s: %s\n", folder(),
			    got < 0 ? strerror(errno) : "a file was cut off");
			exit(EXIT_FAILURE);
		}
		done += (size_t)got;
	}
}

void
scratch_look(struct scratch_view *v, const struct scratch *s, uint64_t first,
    uint64_t end)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t from = first / page * page;
	scratch_look_away(v);
	if (first == end)
		return;
	v->first = first;
	v->end = end;
	v->mapped = (size_t)(end - from);
	v->page = mmap(NULL, v->mapped, PROT_READ, MAP_SHARED | MAP_POPULATE,
	    s->fd, (off_t)from);
	if (v->page == MAP_FAILED)
		memory_fail();
}

void
scratch_look_away(struct scratch_view *v)
{
	if (v->page != NULL)
		munmap(v->page, v->mapped);
	*v = (struct scratch_view){0};
}
