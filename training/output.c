#include "output.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../service/edge/process/file.h"
#include "memory.h"

int
output_write(const char *path, struct span bytes, struct err *e)
{
	const char *slash = strrchr(path, '/');
	struct pool pool = {0};
	size_t n = slash == NULL ? 0 : (size_t)(slash - path);
	struct span folder =
	    pool_copy(&pool, n != 0 ? (struct span){path, n} : span_of("."));
	struct file f = {
	    .folder = slash == path ? "/" : folder.p,
	    .name = slash == NULL ? path : slash + 1,
	    .mode = 0644,
	    .bytes = bytes,
	};
	int failed = file_replace(&f, e);
	pool_release(&pool);
	return failed;
}

int
output_folder_open(struct output_folder *o, struct err *e)
{
	o->made = access(o->path, F_OK) != 0;
	return file_folder(o->path, 0755, e);
}

void
output_folder_close(struct output_folder *o, bool failed)
{
	if (!failed || !o->made)
		return;
	for (const char *const *name = o->files; *name != NULL; name++) {
		char *path = output_path(o->path, *name);
		unlink(path);
		free(path);
	}
	rmdir(o->path);
}

char *
output_path(const char *folder, const char *name)
{
	return output_path_as(folder, name, "");
}

char *
output_path_as(const char *folder, const char *name, const char *suffix)
{
	size_t n = strlen(folder) + strlen(name) + strlen(suffix) + 2;
	char *path = memory_new(n, 1);
	snprintf(path, n, "%s/%s%s", folder, name, suffix);
	return path;
}
