/*
 * The log: one line per event on stderr, JSON unless stderr is a terminal.
 * Never comment text, mail or plain addresses. Strings are escaped here.
 */
#ifndef EDGE_LOG_H
#define EDGE_LOG_H

#include <stddef.h>
#include <stdint.h>

enum { LOG_LINE_BYTES = 4096 }; /* PIPE_BUF: lines of threads do not mix */

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

enum log_style { LOG_AUTO, LOG_JSON, LOG_TEXT };

struct log_field {
	const char *name; /* NULL ends the list */
	const char *text; /* NULL: the number counts */
	int64_t number;
};

/* The level or style of that name; else LOG_INFO, LOG_AUTO. */
enum log_level log_level_named(const char *name);
enum log_style log_style_named(const char *name);

/* Lines below `level` are dropped from now on. Before any thread starts. */
void log_open(enum log_level level, enum log_style style);

/* The line of an event, with its end: how many bytes of `out` it takes. */
size_t log_format(char out[LOG_LINE_BYTES], enum log_level level,
    const char *event, const struct log_field *fields);

/*
 * Writes one line; from any thread, in one write. One that nobody takes in a
 * tenth of a second is lost, and the next that somebody takes comes after a
 * line log.lost that says how many were.
 */
void log_event(
    enum log_level level, const char *event, const struct log_field *fields);

/* log_line(LOG_INFO, "start", {"port", .number = 8080}, {"state", uri}); */
#define log_line(level, event, ...)                                            \
	log_event(level, event,                                                \
	    (const struct log_field[]){__VA_ARGS__ __VA_OPT__(, ){0}})

#endif
