/*
 * The folder where models lie, one a folder in it. Names are those of these
 * folders; no name leads anywhere else, by dots, slashes or symbolic links.
 */
#ifndef EDGE_MODEL_FOLDER_H
#define EDGE_MODEL_FOLDER_H

#include "../process/err.h"

enum { MODEL_FOLDER_BYTES_MAX = 100, MODEL_PATH_BYTES = 4096 };

struct model_folder {
	char path[MODEL_PATH_BYTES];
	char standard[MODEL_PATH_BYTES];       /* the path of one in it … */
	char name[MODEL_FOLDER_BYTES_MAX + 1]; /* … and its name */
};

/* The folder in which `standard` lies, links followed. 0 or -1. */
int model_folder_read(
    struct model_folder *f, const char *standard, struct err *e);

/* The path of a model's folder into `out`. 0, or -1: ERR_MISSING. */
int model_folder_path(const struct model_folder *f, const char *name,
    char out[MODEL_PATH_BYTES], struct err *e);

/* Removes a model's folder with its files, the model as the last of them, so
 * that what was not removed is still one. 0, or -1: ERR_MISSING, ERR_DOWN. */
int model_folder_remove(
    const struct model_folder *f, const char *name, struct err *e);

/* Calls `each` for all that may be models, in no order, but not for more than
 * 256. 0 or -1. */
int model_folder_each(const struct model_folder *f,
    void (*each)(void *arg, const char *name), void *arg, struct err *e);

#endif
