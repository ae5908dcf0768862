#include "pick.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int
pick_lines(const char *from, const bool *chosen, const char *to, struct err *e)
{
	mode_t mask = umask(077);
	FILE *in = fopen(from, "r"), *out = fopen(to, "w");
	char *line = NULL;
	size_t size = 0;
	bool good = in != NULL && out != NULL;
	umask(mask);
	for (size_t i = 0; good && getline(&line, &size, in) >= 0; i++)
		if (chosen[i])
			good = fputs(line, out) >= 0;
	free(line);
	bool read = in != NULL && !ferror(in);
	if (in != NULL)
		fclose(in);
	if (out != NULL && fclose(out) != 0)
		good = false;
	if (!read)
		return err_set(e, ERR_DOWN, "%s: cannot be read", from);
	return good ? 0
		    : err_set(e, ERR_DOWN, "%s: cannot be written: %s", to,
			  strerror(errno));
}
