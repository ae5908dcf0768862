/*
 * A span is borrowed bytes: a pointer and a length, not NUL-terminated. It
 * lives as long as whoever owns the bytes, here nearly always the request's
 * arena or the body of the request.
 */
#ifndef CORE_SPAN_H
#define CORE_SPAN_H

#include <stddef.h>
#include <string.h>

struct span {
	const char *p; /* may be NULL when n is 0 */
	size_t n;      /* bytes */
};

/* The span of a NUL-terminated string. */
static inline struct span
span_of(const char *s)
{
	return (struct span){s, strlen(s)};
}

/* That of a string if there is one, else an empty one. */
static inline struct span
span_of_any(const char *s)
{
	return span_of(s == NULL ? "" : s);
}

/* Whether the two spans hold the same bytes. */
static inline int
span_equal(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Which of `n` names it is; -1: none. */
static inline int
span_index(struct span s, const char *const *names, int n)
{
	for (int i = 0; i < n; i++)
		if (span_equal(s, span_of(names[i])))
			return i;
	return -1;
}

/* Into a field of `size` bytes, cut to it, NUL-terminated. */
static inline void
span_copy(char *out, size_t size, struct span s)
{
	size_t n = s.n < size ? s.n : size - 1;

	if (n > 0)
		memcpy(out, s.p, n);
	out[n] = '\0';
}

/* Takes `prefix` off `s`; whether it began so. */
static inline int
span_skip(struct span *s, const char *prefix)
{
	size_t n = strlen(prefix);

	if (s->n < n || memcmp(s->p, prefix, n) != 0)
		return 0;
	*s = (struct span){s->p + n, s->n - n};
	return 1;
}

/* Without the blanks, spaces and tabs, around it. */
static inline struct span
span_trim(struct span s)
{
	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t')) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

/* ASCII white space. */
static inline int
span_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Without the white space around it. */
static inline struct span
span_strip(struct span s)
{
	while (s.n > 0 && span_is_space(s.p[0]))
		s = (struct span){s.p + 1, s.n - 1};
	while (s.n > 0 && span_is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* In lower case if it is an ASCII letter. */
static inline char
span_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Whether the two are the same but for the case of ASCII letters. */
static inline int
span_alike(struct span a, struct span b)
{
	size_t i = 0;

	if (a.n != b.n)
		return 0;
	while (i < a.n && span_lower(a.p[i]) == span_lower(b.p[i]))
		i++;
	return i == a.n;
}

/* Whether it is `word`, in any case. */
static inline int
span_is(struct span s, const char *word)
{
	return span_alike(s, span_of(word));
}

/* As span_skip, in any case. */
static inline int
span_skip_word(struct span *s, const char *prefix)
{
	size_t n = strlen(prefix);

	if (s->n < n || !span_is((struct span){s->p, n}, prefix))
		return 0;
	*s = (struct span){s->p + n, s->n - n};
	return 1;
}

#endif
