/*
 * One call of an Akismet client on its way, in the request's arena: its form
 * and the answer in the making. What the akismet_* files share; nobody else
 * includes this.
 */
#ifndef EDGE_AKISMET_CALL_H
#define EDGE_AKISMET_CALL_H

#include "../../core/comment.h"
#include "../format/charset.h"
#include "../format/form.h"
#include "../hook/guid.h"
#include "../request/service.h"

enum { LABEL_BYTES_MAX = 63 }; /* of a part of a DNS name */

struct akismet_call {
	struct call call; /* the caller is known, if the endpoint needs one */
	struct form form;
	struct span key;             /* the caller's, as it was sent */
	char label[LABEL_BYTES_MAX]; /* where it is in the host's name */
	struct http_response out;
	unsigned headers;          /* in `out` */
	char guid[GUID_BYTES + 1]; /* what the answer to a check goes by */
};

/* A field's bytes; p NULL: not there. */
struct span akismet_field(const struct akismet_call *a, const char *name);

/* Whether a field says yes: anything but "", "0", "false", "no", "off". */
bool akismet_flag(const struct akismet_call *a, const char *name);

/* The host of the field `blog`, lower case; empty: it is no web address. */
struct span akismet_blog(const struct akismet_call *a);

/* Adds a header to the answer; `value` must last until then. */
void akismet_header(
    struct akismet_call *a, const char *name, const char *value);

/* These answer: with text, with JSON. */
void akismet_text(struct akismet_call *a, const char *text);
void akismet_json(struct akismet_call *a, struct span json);

/* Answers an error of ours as no verdict. */
void akismet_fail(struct akismet_call *a, const struct err *e);

/*
 * The comment that the form describes, valid UTF-8 and cut to what we keep:
 * 0, or -1: the arena is full.
 */
int akismet_comment(struct akismet_call *a, struct comment *c);

/* Whether it is asked ahead: by WordPress of a pingback without a text, which
 * is refused where that is spam, and else asked about once more with it. */
bool akismet_is_ahead(const struct akismet_call *a);

/* Endpoints. */
void akismet_check(struct akismet_call *a);
void akismet_submit_spam(struct akismet_call *a);
void akismet_submit_ham(struct akismet_call *a);
void akismet_usage_limit(struct akismet_call *a);
void akismet_key_sites(struct akismet_call *a);
void akismet_stats(struct akismet_call *a);
void akismet_key_stats(struct akismet_call *a);

#endif
