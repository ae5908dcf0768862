#include "http_library.h"

#include <microhttpd.h>
#include <string.h>

#include "http_curl.h"

const char *
http_library_version(void)
{
	return MHD_get_version();
}

const char *
http_library_known(void)
{
	return "0.9.75";
}

bool
http_library_cuts_in_place(void)
{
	return strcmp(http_library_version(), http_library_known()) == 0;
}

const char *
http_library_of_client(void)
{
	struct err e;

	return http_curl_load(&e) == 0 ? http_curl.version() : "not found";
}
