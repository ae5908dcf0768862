#include "progress.h"

#include <stdio.h>
#include <unistd.h>

enum { COUNT_STEP = 100 };

struct progress
progress_start(const char *step, size_t total)
{
	struct progress p = {.step = step,
	    .total = total != 0 ? total : 1,
	    .shown = (size_t)-1,
	    .terminal = isatty(STDERR_FILENO) == 1};
	if (total != 0)
		progress_at(&p, 0);
	return p;
}

void
progress_at(struct progress *p, size_t done)
{
	size_t percent = done * 100 / p->total;
	if (!p->terminal || percent == p->shown)
		return;
	p->shown = percent;
	fprintf(stderr, "\r%s %3zu %%\033[K", p->step, percent);
}

void
progress_count(struct progress *p, size_t done)
{
	size_t shown = done - done % COUNT_STEP;
	if (!p->terminal || shown == p->shown)
		return;
	p->shown = shown;
	fprintf(stderr, "\r%s %zu\033[K", p->step, shown);
}

void
progress_end(struct progress *p)
{
	if (p->terminal)
		fputs("\r\033[K", stderr);
}
