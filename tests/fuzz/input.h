/*
 * What fuzz targets share: what must hold, and pieces taken off the front of
 * the input, so that a mutation of one leaves the others as they are.
 */
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../service/core/span.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void
require(bool holds)
{
	if (!holds)
		abort();
}

static inline struct span
input_of(const uint8_t *data, size_t size)
{
	return (struct span){(const char *)data, size};
}

/* The next `n` bytes, or as many as there are. */
static inline struct span
take(struct span *in, size_t n)
{
	struct span piece = {in->p, n < in->n ? n : in->n};

	in->p += piece.n;
	in->n -= piece.n;
	return piece;
}

/* The next byte; 0: there is none. */
static inline uint8_t
take_byte(struct span *in)
{
	struct span piece = take(in, 1);

	return piece.n > 0 ? (uint8_t)*piece.p : 0;
}

/* A number of eight bytes, of which those that are missing are 0. */
static inline uint64_t
take_number(struct span *in)
{
	struct span piece = take(in, sizeof(uint64_t));
	uint64_t number = 0;

	memcpy(&number, piece.p, piece.n);
	return number;
}

/* All up to the next line feed, and that. */
static inline struct span
take_line(struct span *in)
{
	const char *end = in->n > 0 ? memchr(in->p, '\n', in->n) : NULL;
	struct span line =
	    take(in, end != NULL ? (size_t)(end - in->p) : in->n);

	take(in, 1);
	return line;
}

/* A string in memory of its exact size, to be freed; what is behind a NUL is
 * there, but no part of it. */
static inline char *
text_of(struct span s)
{
	char *text = malloc(s.n + 1);

	require(text != NULL);
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	return text;
}

#endif
