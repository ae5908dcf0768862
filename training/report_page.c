#include "report_page.h"

#include <math.h>

#include "../service/core/statistics.h"
#include "../service/edge/format/json.h"

static const char *
entity_of(unsigned char c)
{
	switch (c) {
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '&':
		return "&amp;";
	case '"':
		return "&quot;";
	default:
		return c < ' ' ? " " : NULL;
	}
}

void
page_escaped(FILE *f, struct span text)
{
	for (size_t i = 0; i < text.n; i++) {
		const char *entity = entity_of((unsigned char)text.p[i]);
		if (entity != NULL)
			fputs(entity, f);
		else
			fputc(text.p[i], f);
	}
}

struct span
page_text(const json_t *o, const char *key)
{
	return json_text(json_object_get(o, key));
}

json_int_t
page_count(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

void
page_begin(FILE *f, const char *style, const char *title)
{
	fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n"
	      "<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" "
	      "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
	      "<style>\n",
	    f);
	fputs(style, f);
	fputs("</style>\n<title>", f);
	page_escaped(f, span_of(title));
	fputs("</title>\n</head>\n<body>\n<h1>", f);
	page_escaped(f, span_of(title));
	fputs("</h1>\n", f);
}

void
page_end(FILE *f)
{
	fputs("</body>\n</html>\n", f);
}

void
page_table(FILE *f, const char *caption, const char *const *titles)
{
	fputs("<div class=\"table\" tabindex=\"0\">\n<table>\n<caption>", f);
	page_escaped(f, span_of(caption));
	fputs("</caption>\n<tr>", f);
	for (; *titles != NULL; titles++) {
		fputs("<th scope=\"col\">", f);
		page_escaped(f, span_of(*titles));
		fputs("</th>", f);
	}
	fputs("</tr>\n", f);
}

void
page_table_end(FILE *f)
{
	fputs("</table>\n</div>\n", f);
}

void
page_word(FILE *f, struct span text)
{
	fputs("<th scope=\"row\">", f);
	page_escaped(f, text);
	fputs("</th>", f);
}

void
page_number(FILE *f, double value, int digits)
{
	if (isfinite(value))
		fprintf(f, "<td>%.*f</td>", digits, value);
	else
		fputs("<td>–</td>", f);
}

void
page_share(FILE *f, size_t k, size_t n, int digits)
{
	struct interval i = statistics_wilson(k, n);
	if (n == 0)
		fputs("<td>–</td>", f);
	else
		fprintf(f,
		    "<td>%.*f <span class=\"range\">%.*f–%.*f</span></td>",
		    digits, 100 * (double)k / (double)n, digits, 100 * i.low,
		    digits, 100 * i.high);
}
