#include "libraries.h"

#include <jansson.h>

#include "edge/http/http_library.h"
#include "edge/process/log.h"
#include "edge/process/secrets.h"
#include "edge/store/store_backup.h"

static const struct library {
	const char *name;
	const char *(*version)(void);
} libraries[] = {
    {"libmicrohttpd", http_library_version},
    {"curl", http_library_of_client},
    {"SQLite", store_library},
    {"libsodium", secrets_library},
    {"jansson", jansson_version_str},
};

void
libraries_print(FILE *out)
{
	for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++)
		fprintf(
		    out, "%s %s\n", libraries[i].name, libraries[i].version());
}

void
libraries_check(void)
{
	if (!http_library_cuts_in_place())
		log_line(LOG_WARN, "library.unknown",
		    {"library", "libmicrohttpd"},
		    {"version", http_library_version()},
		    {"known", http_library_known()},
		    {"effect", "what it skips of requests is not refused"});
}
