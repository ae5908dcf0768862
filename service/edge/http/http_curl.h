/*
 * The calls of libcurl, which is loaded when the first one is needed: with all
 * that it is made of it takes 3 MB, and most services call nobody.
 */
#ifndef EDGE_HTTP_CURL_H
#define EDGE_HTTP_CURL_H

#include <curl/curl.h>

#include "../process/err.h"

/* clang-format off */
#define HTTP_CURL_CALLS(call) \
	call(easy_init) call(easy_setopt) call(easy_getinfo) \
	call(easy_strerror) call(easy_cleanup) \
	call(multi_init) call(multi_add_handle) call(multi_perform) \
	call(multi_info_read) call(multi_poll) call(multi_remove_handle) \
	call(multi_cleanup) \
	call(slist_append) call(slist_free_all) \
	call(global_cleanup) call(version)
/* clang-format on */

struct http_curl {
#define DECLARE(name) __typeof__(curl_##name) *(name);
	HTTP_CURL_CALLS(DECLARE)
#undef DECLARE
};

/* NULL until they are loaded. */
extern struct http_curl http_curl;

/* Loads them unless they are: 0, or -1 and `e`, and the next call tries again.
 * From any thread. */
int http_curl_load(struct err *e);

/* Ends what libcurl keeps, if it was loaded. */
void http_curl_end(void);

#endif
