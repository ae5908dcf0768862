#include "model_folder.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SHOWN_MAX = 256 };

int
model_folder_read(struct model_folder *f, const char *standard, struct err *e)
{
	char *real = realpath(standard, NULL), *slash;
	int n = snprintf(f->standard, sizeof f->standard, "%s",
	    real == NULL ? standard : real);

	free(real);
	if (n <= 0 || n >= (int)sizeof f->standard)
		return err_set(e, ERR_INPUT, "model: no usable path");
	while (n > 1 && f->standard[n - 1] == '/')
		f->standard[--n] = '\0';
	memcpy(f->path, f->standard, sizeof f->path);
	slash = strrchr(f->path, '/');
	snprintf(f->name, sizeof f->name, "%.*s", MODEL_FOLDER_BYTES_MAX,
	    slash == NULL ? f->path : slash + 1);
	if (slash == NULL)
		memcpy(f->path, ".", sizeof ".");
	else
		slash[slash == f->path] = '\0';
	return 0;
}

/* A plain name: leads nowhere but to what lies in the folder. */
static bool
is_name(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._@+-";
	size_t n = strlen(name);

	return n > 0 && n <= MODEL_FOLDER_BYTES_MAX && name[0] != '.' &&
	       strspn(name, allowed) == n;
}

/* A link could lead out of the folder; the standard was resolved already. */
int
model_folder_path(const struct model_folder *f, const char *name,
    char out[MODEL_PATH_BYTES], struct err *e)
{
	struct stat st;

	if (!is_name(name) ||
	    snprintf(out, MODEL_PATH_BYTES, "%s/%s", f->path, name) >=
		MODEL_PATH_BYTES ||
	    lstat(out, &st) != 0 || !S_ISDIR(st.st_mode))
		return err_set(e, ERR_MISSING, "there is no such model");
	return 0;
}

int
model_folder_remove(
    const struct model_folder *f, const char *name, struct err *e)
{
	static const char last[] = "model.bin";
	char path[MODEL_PATH_BYTES];
	struct dirent *entry;
	DIR *folder;

	if (model_folder_path(f, name, path, e) != 0)
		return -1;
	folder = opendir(path);
	if (folder == NULL)
		return err_set(e, ERR_DOWN, "%.200s: %m", path);
	while ((entry = readdir(folder)) != NULL)
		if (strcmp(entry->d_name, last) != 0)
			unlinkat(dirfd(folder), entry->d_name, 0);
	unlinkat(dirfd(folder), last, 0);
	closedir(folder);
	return rmdir(path) == 0 ? 0 : err_set(e, ERR_DOWN, "%.200s: %m", path);
}

/* Whether a folder has what makes a model. */
static bool
has_model(const char *path)
{
	char file[MODEL_PATH_BYTES + sizeof "/model.bin"];
	struct stat st;

	snprintf(file, sizeof file, "%s/model.bin", path);
	return lstat(file, &st) == 0 && S_ISREG(st.st_mode);
}

int
model_folder_each(const struct model_folder *f,
    void (*each)(void *arg, const char *name), void *arg, struct err *e)
{
	DIR *folder = opendir(f->path);
	char path[MODEL_PATH_BYTES];
	struct dirent *entry;
	int shown = 0;
	struct err none;

	if (folder == NULL)
		return err_set(e, ERR_DOWN, "%.200s: %m", f->path);
	while (shown < SHOWN_MAX && (entry = readdir(folder)) != NULL) {
		if (model_folder_path(f, entry->d_name, path, &none) != 0 ||
		    !has_model(path))
			continue;
		each(arg, entry->d_name);
		shown++;
	}
	closedir(folder);
	return 0;
}
