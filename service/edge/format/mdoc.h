/*
 * Writer of manual pages in mdoc(7), of plain text: what would mean something
 * to a formatter is escaped, lines are broken as mandoc wants them. Knows not
 * what they are about.
 */
#ifndef EDGE_MDOC_H
#define EDGE_MDOC_H

#include <stdio.h>

/* A page from its beginning into the description, of which the name is there
 * already: title "MODERATOD" of section 8, what its name is, and what that
 * does, without a full stop. */
void mdoc_begin(FILE *out, const char *title, int section, const char *name,
    const char *does);

/* A section, in capitals, or a part of one. */
void mdoc_section(FILE *out, const char *title);
void mdoc_part(FILE *out, const char *title);

/* Filled text; blanks and line ends in it are all the same. */
void mdoc_text(FILE *out, const char *text);
void mdoc_paragraph(FILE *out);

/* Text as it is, lines of at most 78 columns; and what `say` prints. */
void mdoc_literal(FILE *out, const char *text);
void mdoc_said(FILE *out, void (*say)(FILE *out));

/* A list of things and what is said of them: after an item comes text. */
void mdoc_list(FILE *out);
void mdoc_list_end(FILE *out);

/* A flag without its dashes, and what stands for its value; NULL: it has
 * none. */
void mdoc_flag(FILE *out, const char *flag, const char *value);

/* Some words as they are typed, and what stands for more; NULL: nothing. */
void mdoc_item(FILE *out, const char *words, const char *value);

/* A file. */
void mdoc_file(FILE *out, const char *name);

/* The section of what else is to be read: a page of the other program. */
void mdoc_see(FILE *out, const char *name, int section);

#endif
