#include "same_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../service/edge/model/model_file.h"
#include "daemon.h"
#include "output.h"

enum { PATH_BYTES = 1024 };

/* What the service says of the one that it knows; NULL and `e`. */
static json_t *
ask(struct daemon *d, struct span name, struct err *e)
{
	char path[PATH_BYTES], *escaped = daemon_escape(name);
	snprintf(path, sizeof(path), "/v1/models/%s", escaped);
	free(escaped);
	return daemon_ask(d, "GET", path, NULL, e);
}

static bool
lacks_model(const char *folder)
{
	char *path = output_path(folder, "model.bin");
	bool lacks = access(path, R_OK) != 0;
	free(path);
	return lacks;
}

int
same_model_check(struct daemon *d, const char *folder, struct span name,
    const char *advice, struct err *e)
{
	char hex[MODEL_SHA256_BYTES];
	if (lacks_model(folder))
		return err_set(e, ERR_MISSING,
		    "%.150s: the model that the service knows by this name is "
		    "not there; %s",
		    folder, advice);
	struct model *m = model_file_load(folder, e);
	if (m == NULL)
		return -1;
	model_file_free(m);
	model_file_sha256(folder, hex);
	json_t *got = ask(d, name, e);
	const char *there = json_string_value(json_object_get(got, "sha256"));
	int failed = got == NULL ? -1 : 0;
	if (!failed && (there == NULL || strcmp(there, hex) != 0))
		failed = err_set(e, ERR_MISSING,
		    "%.150s is not the model that the service knows by this "
		    "name; %s",
		    folder, advice);
	json_decref(got);
	return failed;
}
