#include "queue_words.h"

#include <stdbool.h>

#include "../../core/utf8.h"

/* Texts around each word, and how many there can be of them. */
enum { AROUND = sizeof("\"\"* ") - 1 };

struct writer {
	char *p;
	size_t n;
};

static void
put(struct writer *w, char c)
{
	w->p[w->n++] = c;
}

/* Scripts that are written without blanks: from Thai, and from kana on. */
static bool
has_no_blanks(uint32_t cp)
{
	return (cp >= 0xe00 && cp < 0x1100) || (cp >= 0x1780 && cp < 0x1800) ||
	       (cp >= 0x2e80 && cp < 0xac00) || cp >= 0x20000;
}

/* A string of FTS5, whose marks are doubled; NUL would end the query. */
static void
put_string(struct writer *w, struct span s, bool begins)
{
	uint32_t cp = 0;
	bool bad;

	put(w, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			put(w, '"');
		put(w, s.p[i] != '\0' ? s.p[i] : ' ');
	}
	put(w, '"');
	if (s.n > 0)
		utf8_read(s, 0, &cp, &bad);
	if (begins || has_no_blanks(cp))
		put(w, '*');
	put(w, ' ');
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Takes the next word or the next words in a row; n 0: none are left. */
static struct span
take(struct span *rest, bool *begins)
{
	struct span word;
	bool quoted;
	size_t n = 0;

	while (rest->n > 0 && is_blank(*rest->p))
		rest->p++, rest->n--;
	quoted = rest->n > 0 && *rest->p == '"';
	rest->p += quoted, rest->n -= quoted;
	while (
	    n < rest->n && (quoted ? rest->p[n] != '"' : !is_blank(rest->p[n])))
		n++;
	word = (struct span){rest->p, n};
	rest->p += n, rest->n -= n;
	rest->p += quoted && rest->n > 0, rest->n -= quoted && rest->n > 0;
	*begins = !quoted && n > 1 && word.p[n - 1] == '*';
	word.n -= *begins;
	return word;
}

struct span
queue_words(struct span typed, struct arena *a)
{
	/* at worst each byte is a word, or a mark that is doubled */
	struct writer w = {arena_alloc(a, (typed.n + 1) * (AROUND + 2)), 0};
	struct span word;
	bool begins;

	if (w.p == NULL)
		return (struct span){NULL, 0};
	while (typed.n > 0) {
		word = take(&typed, &begins);
		if (word.n > 0)
			put_string(&w, word, begins);
	}
	if (w.n == 0)
		put_string(&w, (struct span){NULL, 0}, false);
	return (struct span){w.p, w.n};
}
