#include "gold_row.h"

#include <stdlib.h>

#include "../format/json.h"

static struct span
text_of(const json_t *row, const char *key)
{
	return json_text(json_object_get(row, key));
}

static enum contrast_truth
truth_of(struct span label)
{
	bool bad = span_equal(label, span_of("spam")) ||
		   span_equal(label, span_of("abuse"));
	bool good = span_equal(label, span_of("ham")) ||
		    span_equal(label, span_of("ok"));

	return bad ? TRUTH_BAD : good ? TRUTH_GOOD : TRUTH_UNKNOWN;
}

/* It borrows from `row`. */
static struct record
record_of(const json_t *row, char *basis)
{
	return (struct record){
	    .content = text_of(row, "text"),
	    .html = span_equal(text_of(row, "format"), span_of("html")),
	    .thread = text_of(row, "thread"),
	    .type = text_of(row, "type"),
	    .author_id = text_of(row, "author_id"),
	    .author_name = text_of(row, "author"),
	    .author_url = text_of(row, "url"),
	    .basis = span_of(basis != NULL ? basis : ""),
	};
}

int
gold_row_read(struct gold_row *out, struct span line, struct err *e)
{
	const json_t *basis;

	*out = (struct gold_row){.truth = TRUTH_UNKNOWN};
	json_begin();
	out->json = json_read(line, e);
	if (out->json == NULL)
		return -1;
	if (text_of(out->json, "text").p == NULL)
		return err_set(e, ERR_INPUT, "it is no labelled comment");
	basis = json_object_get(out->json, "basis");
	if (json_is_object(basis)) {
		out->basis = json_dumps(basis, JSON_COMPACT);
		if (out->basis == NULL)
			return err_set(e, ERR_DOWN, "no memory for it");
	}
	out->truth = truth_of(text_of(out->json, "label"));
	out->record = record_of(out->json, out->basis);
	return 0;
}

void
gold_row_release(struct gold_row *g)
{
	json_decref(g->json);
	free(g->basis);
}
