#include "http_curl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#define LIBRARY "libcurl.so.4"

struct http_curl http_curl;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool loaded;
static struct err failure;

static const struct {
	const char *name;
	void *at;
} names[] = {
#define NAME(call) {"curl_" #call, &http_curl.call},
    HTTP_CURL_CALLS(NAME)
#undef NAME
};

static void
load(void)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		void *call = library ? dlsym(library, names[i].name) : NULL;

		if (call == NULL) {
			err_set(&failure, ERR_DOWN, "%s", dlerror());
			return;
		}
		memcpy(names[i].at, &call, sizeof call);
	}
	loaded = true;
}

int
http_curl_load(struct err *e)
{
	pthread_once(&once, load);
	if (loaded)
		return 0;
	*e = failure;
	return -1;
}

void
http_curl_end(void)
{
	if (loaded)
		http_curl.global_cleanup();
}
