/*
 * Cuts a raw request head into the pieces that the gate is fed, in place and
 * with the leniency of libmicrohttpd 0.9.75: LF ends a line, NUL ends a
 * string, white space may begin a line that goes on the one before. For the
 * gate's unit test and fuzz target, which have no library at hand.
 */
#ifndef FUZZ_GATE_CUT_H
#define FUZZ_GATE_CUT_H

#include <stdbool.h>
#include <string.h>

#include "../../service/edge/http/http_gate.h"

enum { GATE_NO_GAPS, GATE_GAPS };

/* The next line of [at, end), its CR and LF zeroed; NULL: no full line. */
static inline char *
gate_line(char **at, char *end, size_t *n)
{
	char *line = *at;
	char *lf = memchr(line, '\n', (size_t)(end - line));

	if (lf == NULL)
		return NULL;
	*at = lf + 1;
	*lf = '\0';
	if (lf > line && lf[-1] == '\r')
		*--lf = '\0';
	*n = (size_t)(lf - line);
	return line;
}

/* The request line, as parse_initial_message_line reads it. */
static inline void
gate_first(struct http_gate *g, char *line, size_t n, bool gaps)
{
	char *space = memchr(line, ' ', n);
	char *target = space == NULL ? line + n : space + 1;
	char *version = line + n;

	while (*target == ' ')
		target++;
	while (version > target && version[-1] == ' ')
		version--;
	while (version > target && version[-1] != ' ')
		version--;
	if (space != NULL)
		*space = '\0';
	if (version > target)
		version[-1] = '\0';
	else
		version = line + n; /* none */
	http_gate_begin(g, span_of(target), gaps);
	http_gate_line(g, span_of(line), span_of(version));
}

/* Feeds one header line: 0, or -1 when the library refuses it by itself. */
static inline int
gate_pair(struct http_gate *g, char *line)
{
	char *colon = strchr(line, ':');

	if (colon == NULL)
		return -1;
	*colon++ = '\0';
	colon += strspn(colon, " \t");
	http_gate_header(g, span_of(line), span_of(colon));
	return 0;
}

/*
 * Feeds the request of `n` bytes at `p`, one writable byte more than that:
 * 0, or -1 when it is not complete or the library refuses it by itself.
 * Folded lines are not glued, but as in the library the value before them
 * is no longer where it was received.
 */
static inline int
gate_cut(struct http_gate *g, char *p, size_t n, bool gaps)
{
	char *at = p;
	char *end = p + n;
	char *line;
	size_t length;
	bool first = true;
	bool has_body = n > 4 && memcmp(p, "POST", 4) == 0;

	*end = '\0';
	line = gate_line(&at, end, &length);
	if (line == NULL)
		return -1;
	gate_first(g, line, length, gaps);
	for (; (line = gate_line(&at, end, &length)) != NULL; first = false) {
		if (*line == '\0') {
			http_gate_end(g, at, has_body);
			return 0;
		}
		if (!first && (*line == ' ' || *line == '\t')) {
			g->end = "elsewhere";
			continue;
		}
		if (gate_pair(g, line) != 0)
			return -1;
	}
	return -1;
}

#endif
