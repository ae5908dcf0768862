/*
 * The running service, as the trainer asks it: on its operators' socket, in
 * the folder that --var names, or at a URL with a key from a file. Owns the
 * way there and back; knows no route's meaning.
 */
#ifndef TRAINING_DAEMON_H
#define TRAINING_DAEMON_H

#include <jansson.h>
#include <stdbool.h>

#include "../service/core/span.h"
#include "../service/edge/process/err.h"

enum { DAEMON_KEY_BYTES = 256 };

/* Which service is meant; what --help says of it is DAEMON_ROWS. */
struct daemon_place {
	const char *var, *url, *key_file;
};

#define DAEMON_ROWS(place)                                                     \
	{"var", OPTION_STRING, &(place).var, "DIR",                            \
	    "the service's folder, with its socket (var)"},                    \
	    {"url", OPTION_STRING, &(place).url, "URL",                        \
		"instead: where it is, such as https://m.example"},            \
	{                                                                      \
		"key-file", OPTION_STRING, &(place).key_file, "FILE",          \
		    "with --url: the file of an API key", 0, 0                 \
	}

/* Whether the options name one place, before anything is done. 0 or -1. */
int daemon_place_check(const struct daemon_place *p, struct err *e);

struct daemon;

/* NULL and `e`: no service is at the place, which was checked, or the key
 * cannot be read. */
struct daemon *daemon_open(const struct daemon_place *p, struct err *e);
void daemon_close(struct daemon *d);

/* Whether requests are an operator's of all sites, on the socket. */
bool daemon_is_local(const struct daemon *d);

/*
 * Asks with a body, which is given back (NULL: an empty one). A new
 * reference to the answer; NULL and `e`, which says what speaks against it:
 * ERR_TAKEN for what it refuses as things are.
 */
json_t *daemon_ask(struct daemon *d, const char *method, const char *path,
    json_t *body, struct err *e);

/*
 * Asks for a text, which lives until the next request; p NULL and `e` when it
 * does not come.
 */
struct span daemon_get(struct daemon *d, const char *path, struct err *e);

/* `text` as a part of a path or query, escaped; free it. */
char *daemon_escape(struct span text);

#endif
