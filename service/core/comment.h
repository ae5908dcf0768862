/*
 * A comment as data: what the engine sent, decoded and bounded, knowing
 * nothing about where it came from. All spans are borrowed from the request.
 * A span that the engine left out is empty (n == 0).
 */
#ifndef CORE_COMMENT_H
#define CORE_COMMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "span.h"

enum comment_format { FORMAT_TEXT, FORMAT_HTML };

struct author {
	struct span id; /* the engine's, unique on the site */
	struct span name;
	struct span email;
	struct span url;
	struct span ip; /* textual IPv4 or IPv6 */
	struct span user_agent;
	struct span role;
};

struct comment {
	struct span id;     /* the engine's */
	struct span thread; /* page URL or any stable name of it */
	struct span parent;
	struct span type; /* comment, reply, pingback, trackback, … */
	struct span content;
	enum comment_format format;
	struct author author;
	int64_t created_at_ms; /* Unix time; 0: not said */
	struct span referrer;
	int64_t fill_ms; /* time the form was open; -1: not said */
	struct span honeypot;
	bool cut;  /* more was sent of what readers see than is here */
	bool test; /* judge only: nothing is recorded or counted */
};

/* Whether it is of a type that may come without a text of its own, so that
 * none says nothing: a link from elsewhere, somebody who signs up. */
bool comment_may_lack_text(const struct comment *c);

/*
 * Takes away the blanks around what is looked up as a whole, as splitting
 * X-Forwarded-For leaves them: whoever reads a comment calls it, once.
 */
void comment_trim(struct comment *c);

#endif
