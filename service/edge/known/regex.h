/*
 * Regular expressions that take time linear in the text, whatever the
 * expression, and within a bound: the one door to RE2, which is C++
 * (regex_re2.cc). Many are matched at once. UTF-8; letters match in either
 * case; no look-around and no back-references (RE2's syntax).
 */
#ifndef EDGE_REGEX_H
#define EDGE_REGEX_H

#include <stddef.h>
#include <stdint.h>

#include "../../core/span.h"

#ifdef __cplusplus
extern "C" {
#endif

struct regex_set; /* may be matched from any thread */

/* What is wrong with which pattern. */
struct regex_fault {
	size_t pattern; /* how many there are: with all of them together */
	size_t offset;  /* of its byte */
	char text[128]; /* NUL-terminated */
};

/*
 * Compiles the `n` patterns; NULL and `f`: one cannot be read, matches the
 * empty text and so every one, or they need too much memory. Its text is
 * empty when there is no memory for any.
 */
struct regex_set *regex_set_open(
    const struct span *patterns, size_t n, struct regex_fault *f);

/* Harmless on NULL. */
void regex_set_close(struct regex_set *s);

/* Told of a pattern that matches bytes [start, end) of the text; such as \b
 * none, at that place. */
struct regex_visit {
	void (*each)(void *arg, size_t pattern, size_t start, size_t end);
	void *arg;
};

/*
 * Visits each pattern that matches `text` once. 0; 1: that would take too
 * long, so that some were not tried; -1: no memory.
 */
int regex_set_match(const struct regex_set *s, struct span text,
    const struct regex_visit *visit);

#ifdef __cplusplus
}
#endif

#endif
