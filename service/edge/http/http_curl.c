#include "http_curl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define LIBRARY "libcurl.so.4"

struct http_curl http_curl;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool loaded; /* with the lock */

static const struct {
	const char *name;
	size_t at; /* in struct http_curl */
} names[] = {
#define NAME(call) {"curl_" #call, offsetof(struct http_curl, call)},
    HTTP_CURL_CALLS(NAME)
#undef NAME
};

/* Finds all calls of the library, or none. */
static int
find_calls(void *library, struct err *e)
{
	struct http_curl found;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		void *call = dlsym(library, names[i].name);

		if (call == NULL)
			return err_set(
			    e, ERR_DOWN, "%s: no %s", LIBRARY, names[i].name);
		memcpy((char *)&found + names[i].at, &call, sizeof call);
	}
	http_curl = found;
	return 0;
}

static int
load(struct err *e)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

	if (library == NULL)
		return err_set(e, ERR_DOWN, "%s", dlerror());
	if (find_calls(library, e) == 0)
		return 0;
	dlclose(library);
	return -1;
}

int
http_curl_load(struct err *e)
{
	int code = 0;

	pthread_mutex_lock(&lock);
	if (!loaded)
		code = load(e);
	loaded = code == 0;
	pthread_mutex_unlock(&lock);
	return code;
}

void
http_curl_end(void)
{
	pthread_mutex_lock(&lock);
	if (loaded)
		http_curl.global_cleanup();
	pthread_mutex_unlock(&lock);
}
