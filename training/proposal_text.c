#include "proposal_text.h"

#include <stdbool.h>

#include "tidied.h"

static json_int_t
number(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static double
real(const json_t *o, const char *key)
{
	return json_real_value(json_object_get(o, key));
}

static const char *
text(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

/* On which rows, and how both did. */
static void
put_comparison(FILE *f, const json_t *o)
{
	fprintf(f,
	    "  %s, %" JSON_INTEGER_FORMAT
	    " comments: the verdict changes for %" JSON_INTEGER_FORMAT
	    "\n    it alone is right about %" JSON_INTEGER_FORMAT
	    ", the one in use alone about %" JSON_INTEGER_FORMAT
	    " (p = %.2g); ",
	    text(o, "on"), number(o, "rows"), number(o, "changed"),
	    number(o, "only_new"), number(o, "only_old"), real(o, "mid_p"));
	if (json_is_null(json_object_get(o, "f1_new")))
		fputs("no F1, as none of them is bad\n", f);
	else
		fprintf(f, "F1 %.4f, was %.4f\n", real(o, "f1_new"),
		    real(o, "f1_old"));
}

static void
put_aside(void *arg, const char *sentence)
{
	fprintf(arg, "  %s\n", sentence);
}

void
proposal_text_put(FILE *f, const json_t *proposal, const char *folder)
{
	const json_t *against = json_object_get(proposal, "objections");
	const json_t *compared = json_object_get(proposal, "compared");
	bool worse = json_array_size(against) > 0;
	fprintf(f, "%s against %s: %s\n", text(proposal, "name"),
	    text(proposal, "old"), text(proposal, "verdict"));
	for (size_t i = 0; i < json_array_size(compared); i++)
		put_comparison(f, json_array_get(compared, i));
	for (size_t i = 0; i < json_array_size(against); i++) {
		const json_t *one = json_array_get(against, i);
		fprintf(f, "  against it, %s: %s\n", text(one, "on"),
		    text(one, "detail"));
	}
	tidied_each(proposal, put_aside, f);
	if (json_array_size(compared) == 0)
		fputs("  nothing was compared: no decision was held back, and "
		      "there is no gold set\n",
		    f);
	fprintf(f, "see %s/proposal.html; %s: moderato-train promote %s%s\n",
	    folder, worse ? "to use it all the same" : "then", folder,
	    worse ? " --force" : "");
}
