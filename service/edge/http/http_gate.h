/*
 * The gate for ambiguous framing: what two readers of one connection could
 * understand differently is refused before a byte of the body is read. Pure;
 * is fed the target, then the rest of the request line, then header by header.
 *
 * All spans must be pieces of one buffer, as the library cut them. It skips
 * in silence what it does not like (a NUL, a bare LF, a folded line, a second
 * space); all of that shows as a gap between two pieces that is not exactly
 * one space or one CRLF wide, and is refused. What stays unseen,
 * because the library overwrites line ends with NULs: a NUL in the place of
 * a CR, or beside bare LFs where the head ends; and empty lines before the
 * request line.
 */
#ifndef EDGE_HTTP_GATE_H
#define EDGE_HTTP_GATE_H

#include <stdbool.h>
#include <stdint.h>

#include "../../core/span.h"

enum { HTTP_GATE_HEADERS_MAX = 64 };

struct http_gate {
	/* out: the first fault found; 0 while there is none */
	unsigned status;
	const char *detail; /* a sentence, static */
	uint64_t length;    /* declared bytes of body */
	bool chunked;

	/* the gate's own */
	bool gaps;    /* whether the pieces' places are looked at */
	bool http_11; /* else 1.0 */
	unsigned headers, hosts, lengths, codings, authorizations;
	const char *start; /* of the target */
	const char *end;   /* of the piece before */
};

/*
 * Begins with the target as it was received. `gaps`: the pieces lie where
 * they were received, so the gaps between them mean something.
 */
void http_gate_begin(struct http_gate *g, struct span target, bool gaps);

/* The rest of the request line. */
void http_gate_line(
    struct http_gate *g, struct span method, struct span version);

/* The next header: name and value, the value with its trailing blanks. */
void http_gate_header(struct http_gate *g, struct span name, struct span value);

/*
 * All headers were fed; `end` is the first byte after the empty line. From
 * here on g->status says whether the request may pass (0) or what to answer.
 * `has_body`: the method is one that always carries a body.
 */
void http_gate_end(struct http_gate *g, const char *end, bool has_body);

#endif
