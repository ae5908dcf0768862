/*
 * The text of a comment, normalised: one array of code points, each with the
 * byte range of the source that it came from, cut into tokens and links.
 * Owns the path from bytes to code points; knows nothing of features. Linear
 * in the input, whatever the input. Everything lives in the arena.
 *
 * Order: UTF-8 → HTML tags and entities → fold (unicode.h) → white space
 * squeezed → spaced-out letters joined → links → digits that stand for
 * letters undone → letters repeated over twice squeezed to one (a word of
 * nothing else to two), punctuation over three times to three.
 */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "comment.h"

/* Marks in the array of code points; no Unicode text can hold them. */
enum {
	TEXT_MARK = 0x110000, /* marks are >= this */
	TEXT_URL = TEXT_MARK, /* stands before the host of a link */
	TEXT_MAIL,            /* stands for a mail address */
	TEXT_PHONE,           /* stands for a telephone-like number */
	TEXT_EDGE,            /* the edge of the comment; features use it */
};

enum { TEXT_LINKS_MAX = 32 }; /* of further ones only the host is kept */

/* One code point of the normalised text: bytes [start, end) of the source. */
struct text_range {
	uint32_t start, end;
};

enum token_kind { TOKEN_WORD, TOKEN_PUNCTUATION, TOKEN_MARK };

/* Which shape the source of a token had (before folding). */
enum token_shape {
	SHAPE_LOWER,
	SHAPE_UPPER,   /* all upper, two letters or more */
	SHAPE_CAPITAL, /* first upper, rest lower */
	SHAPE_MIXED,   /* upper inside */
	SHAPE_DIGITS,
	SHAPE_ALNUM, /* letters and digits */
	SHAPE_UNCASED,
	SHAPE_PUNCTUATION,
	SHAPE_MARK,
	SHAPES
};

/* Tokens are in order and do not overlap; white space lies between them. */
struct token {
	uint32_t first, last; /* points [first, last) of the text */
	uint8_t kind;         /* enum token_kind */
	uint8_t shape;        /* enum token_shape */
};

struct text_link {
	struct span host;   /* normalised, in the arena */
	struct span domain; /* registrable part of host (PSL), inside it */
	struct text_range source;
	uint8_t from_markup; /* 1: href, src or [url=…] */
};

/*
 * A host that only lists ask for: of a link beyond TEXT_LINKS_MAX, or what may
 * be one where so many were before it that it was not made sure of.
 */
struct text_further {
	struct span host; /* as that of a link */
	struct text_range source;
};

/* Counts over the source, each at most the length of the source. */
struct text_counts {
	uint32_t points; /* visible code points of the source */
	uint32_t letters, upper, digits, emoji, newlines;
	uint32_t non_ascii;  /* that do not fold to ASCII */
	uint32_t invalid;    /* bad UTF-8 sequences */
	uint32_t invisible;  /* invisible characters dropped */
	uint32_t marks;      /* combining marks stripped */
	uint32_t lookalikes; /* folded by confusables only */
	uint32_t tags, entities;
	uint32_t bbcode;       /* [url=…] and the like */
	uint32_t mixed_words;  /* words that mix scripts */
	uint32_t spaced;       /* letters that were spaced out and joined */
	uint32_t undone;       /* letters that were written as digits, signs */
	uint32_t styled;       /* of alphabets for mathematics and for show */
	uint32_t squeezed;     /* letters dropped by squeezing */
	uint32_t links;        /* all, beyond TEXT_LINKS_MAX too */
	uint32_t spaced_links; /* written as "h t t p" or "site . com" */
	uint32_t mails, phones;
};

struct text {
	struct span source;
	const uint32_t *points; /* 16 more may be read, which say nothing */
	const struct text_range *ranges; /* one a point, non-decreasing */
	uint32_t n;
	const struct token *tokens;
	uint32_t n_tokens;
	struct text_link *links;
	uint32_t n_links;
	struct text_further *further;
	uint32_t n_further;
	bool unread; /* there was a further host that is too long to be one */
	struct text_counts counts;
};

/*
 * Normalises `source` into `t`: 0, or -1 when the arena is full. An empty or
 * invisible source gives n == 0. `source` may be any bytes; it is borrowed.
 * At most source.n + 64 points come out.
 */
int text_normalise(struct text *t, struct span source,
    enum comment_format format, struct arena *a);

/*
 * The letter that a digit or sign of a disguise is put for, as in "ca5h"; 0:
 * none. For 1, which may be an i or an l, it is '1': what is beside it tells.
 */
char text_stands_for(uint32_t cp);

#endif
