/*
 * Loaded into the daemon by tests/torture/test_redis_faults.py: a name that
 * ends in ".named" has the address that stands in the file $NAMES, and none as
 * long as there is "unknown". Behind "late" it takes seconds to say so.
 */
#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LATE_S = 3 };

static void
read_name(char address[64])
{
	FILE *f = fopen(getenv("NAMES"), "r");

	if (f == NULL || fgets(address, 64, f) == NULL)
		abort();
	fclose(f);
}

int
getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
    struct addrinfo **out)
{
	int (*real)(const char *, const char *, const struct addrinfo *,
	    struct addrinfo **) =
	    (int (*)(const char *, const char *, const struct addrinfo *,
		struct addrinfo **))dlsym(RTLD_NEXT, "getaddrinfo");
	const char *end = name == NULL ? NULL : strrchr(name, '.');
	char address[64], *found = address;

	if (end == NULL || strcmp(end, ".named") != 0 ||
	    (hints->ai_flags & AI_NUMERICHOST))
		return real(name, service, hints, out);
	read_name(address);
	if (strncmp(found, "late ", 5) == 0) {
		sleep(LATE_S);
		found += 5;
	}
	if (strcmp(found, "unknown") == 0)
		return EAI_NONAME;
	return real(found, service, hints, out);
}
