/*
 * Labelled comments as NDJSON: one object a line, plain or gzipped. Owns the
 * reading and the rows; knows nothing of features. Of a row only a stub is in
 * memory, so that a corpus may be larger than that:
 *
 *     struct corpus_view view = {c};
 *     const struct row *row = corpus_row(&view, i);
 *     ...
 *     corpus_look_away(&view);
 *
 * Keys: id, text (required), label (spam, ham, abuse, ok or null), author,
 * author_id, email, url, ip, user_agent, time (ISO 8601, UTC unless it says
 * otherwise), thread, type, format (text, html), fill_ms, honeypot, approved,
 * lang, source, fold, paper_split; who said so: by, decided (a time), agreed
 * and disagreed (how many others did); from the service's records: basis, what
 * the comment was judged by (basis_json.h), decision, verdict. Other keys are
 * passed over.
 */
#ifndef TRAINING_CORPUS_H
#define TRAINING_CORPUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "../service/core/comment.h"
#include "../service/core/model.h"
#include "../service/edge/process/err.h"
#include "memory.h"
#include "scratch.h"

enum label { LABEL_NONE, LABEL_HAM, LABEL_SPAM, LABEL_OK, LABEL_ABUSE, LABELS };

enum { FOLDS = 5 };

struct row {
	struct comment comment;
	struct span lang, source, paper_split, by, decision;
	struct span basis, verdict; /* JSON; basis_read takes the former */
	enum label label;
	int64_t approved; /* comments of the author, before this one; 0: none
			   * that is known of */
	int64_t decided_at_ms; /* 0: not said */
	int64_t agreed, disagreed;
	int32_t fold;     /* -1: not said */
	uint32_t set;     /* index into corpus.names */
	bool fold_said;   /* else it is by the text */
	bool text_only;   /* who wrote it, where and when is not to be used */
	const char *file; /* where it was read, or NULL; and on which line: */
	int64_t line;
};

/* What is asked of all rows time and again; fields as in struct row. */
struct stub {
	uint64_t at;   /* where the row lies */
	int64_t at_ms; /* comment.created_at_ms */
	uint32_t set;
	int8_t fold;
	enum label label : 8;
	bool fold_said : 1, text_only : 1;
	bool blank : 1;   /* its text is empty */
	bool decided : 1; /* it is known when its label was said */
};

/* Zeroed is empty. */
struct corpus {
	struct stub *rows;
	size_t n;
	struct span *names; /* of the files, without folder and suffix */
	const char **paths; /* … and as errors name them */
	size_t n_names;
	struct pool pool;       /* of both */
	struct scratch scratch; /* the rows, packed; at its end: */
	char *tail;             /* what comes to disk when there is more */
	size_t tail_bytes, tail_room;
};

/* One of the files on a command line. */
struct corpus_file {
	const char *path;          /* "-": standard input */
	bool text_only, hate_only; /* the latter: hate_only.h */
};

/* A file being read line by line. */
struct corpus_reader;

/* NULL and `e` when `path` cannot be opened or read; "-" is standard input. */
struct corpus_reader *corpus_reader_open(const char *path, struct err *e);
void corpus_reader_close(struct corpus_reader *r);

/*
 * Reads the next row, whose strings go to `pool`: 1, 0 at the end, -1 and
 * `e`, which names file, line and key, when the line is not a row. `row->set`
 * is left 0.
 */
int corpus_reader_next(
    struct corpus_reader *r, struct row *row, struct pool *pool, struct err *e);

/* Adds all rows of `file`; a row without fold gets one. 0 or -1. */
int corpus_add(struct corpus *c, struct corpus_file file, struct err *e);
void corpus_release(struct corpus *c);

/* Adds a row, which is copied. 0, or -1 and `e`: the disk is full. */
int corpus_put(struct corpus *c, const struct row *row, struct err *e);

/* Rows of `of` being looked at: one for each thread. The rest zeroed. */
struct corpus_view {
	const struct corpus *of;
	struct row row;
	char *bytes; /* what was read: [first, end) */
	size_t room;
	uint64_t first, end;
};

/*
 * The row `i`, best as they come, whose strings end in a NUL: until the next
 * one, or who looks away, or the corpus grows. Where the disk fails the program
 * ends.
 */
const struct row *corpus_row(struct corpus_view *v, size_t i);
void corpus_look_away(struct corpus_view *v);

/*
 * Writes `row`, whose strings are valid UTF-8, as a line to `to`. Look for
 * failure when closing it.
 */
void corpus_write(FILE *to, const struct row *row);

/* The head that a label is for; MODEL_HEADS for LABEL_NONE. */
enum model_head_id label_head(enum label l);

/* Whether a row teaches a head: ham that somebody decided does both. */
bool corpus_teaches(const struct stub *row, enum model_head_id head);
/* Whether the label says spam or abuse; or that a comment is neither. */
bool label_bad(enum label l);
bool label_good(enum label l);

/* "spam", "ham", "abuse", "ok"; NULL for LABEL_NONE. */
const char *label_name(enum label l);

/*
 * The value of row `i` under one of the keys thread, author, lang, source,
 * fold, paper_split, by, length, set, as long as the row lives; `known` says
 * whether there is such a key.
 */
struct span corpus_value(struct corpus_view *v, size_t i, const char *key);
bool corpus_key_known(const char *key);

#endif
