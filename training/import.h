/*
 * History from other systems as a corpus. An importer reads one format and
 * hands over records, whose values are text still; here is what all of them
 * share: what a record is, and how it becomes a row. Files are input's, rows
 * are import_sink's.
 */
#ifndef TRAINING_IMPORT_H
#define TRAINING_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "corpus.h"

struct import_columns;
struct input;
struct import_sink;

/* No record of a comment is as large. */
enum { IMPORT_RECORD_BYTES_MAX = 16 << 20 };

enum import_key {
	IMPORT_ID,
	IMPORT_TEXT,
	IMPORT_LABEL,
	IMPORT_AUTHOR,
	IMPORT_AUTHOR_ID,
	IMPORT_EMAIL,
	IMPORT_URL,
	IMPORT_IP,
	IMPORT_USER_AGENT,
	IMPORT_TIME,
	IMPORT_THREAD,
	IMPORT_FORMAT,
	IMPORT_TYPE, /* comment, pingback, …; what no reader wrote is skipped */
	IMPORT_KEYS
};

/* A comment as somebody wrote it down; what is not said is empty. */
struct import_record {
	struct span value[IMPORT_KEYS];
	size_t line; /* where it begins, for errors */
};

/* What a word says of a comment, beside the labels that it may give. */
enum { IMPORT_TRASH = LABELS, IMPORT_DELETED };

/* A table of words ends with a row without word. */
struct import_word {
	const char *word; /* in small letters */
	int says;         /* enum label, IMPORT_TRASH or IMPORT_DELETED */
};

struct import_run;

struct importer {
	const char *name;
	enum comment_format format; /* of the text, unless a record says */
	const struct import_word *words;
	const char *warning; /* what its users must know; or NULL */
	/* Whether a file that begins so is of this format. */
	bool (*fits)(struct span head);
	/* Puts every record of run->input; 0, or -1 and `e`. */
	int (*read)(struct import_run *run, struct err *e);
};

/* One source being read. All is borrowed. */
struct import_run {
	const struct importer *importer;
	struct input *input;
	struct import_sink *sink;
	const struct import_columns *columns;
	enum label trash; /* what lies in the trash is; LABEL_NONE: unclear */
	bool skip_bad;    /* records that cannot be read are counted */
};

/* The formats, the pickiest first: who `fits` first is asked to read. */
extern const struct importer import_isso, import_disqus, import_wxr,
    import_remark42, import_ndjson, import_wp_csv, import_csv;

/* Words for spam and ham that people use in files of their own. */
extern const struct import_word import_words[];

/* Writes the row that `r` is, or counts why it is none. 0, or -1 and `e`. */
int import_put(
    struct import_run *run, const struct import_record *r, struct err *e);

/*
 * The record at `line` cannot be read, for a reason as printf has it: -1 and
 * `e` with file and line; or, with skip_bad, 0 and it is counted.
 */
int import_bad(struct import_run *run, struct err *e, size_t line,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
