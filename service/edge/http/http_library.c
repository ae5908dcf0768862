#include "http_library.h"

#include <curl/curl.h>
#include <microhttpd.h>
#include <string.h>

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
	return curl_version();
}
