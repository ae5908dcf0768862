#include "import_xml.h"

#include <libxml/xmlreader.h>
#include <stdlib.h>

#include "../service/core/utf8.h"
#include "import.h"
#include "memory.h"

enum { NAME_BYTES_SHOWN = 60 };

struct import_xml {
	struct input *in;
	xmlTextReaderPtr reader;
	char *text;
	size_t n, size; /* n <= size */
	xmlChar *attribute;
	struct err input; /* why reading failed; code 0: it did not */
	struct err fault; /* what libxml2 said */
	bool fatal;       /* `fault` is, so no later one is of interest */
	bool raw;         /* UTF-16, which has zeros of its own */
	bool empty;       /* the element that opened closes next */
};

/*
 * XML forbids control characters, but WordPress passes on those that people
 * paste, and one of them would make an export of years unreadable.
 */
static void
blank_controls(char *p, int n)
{
	for (int i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];
		if (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
			p[i] = ' ';
	}
}

static int
read_bytes(void *context, char *out, int room)
{
	struct import_xml *x = context;
	int got = input_read(x->in, out, (size_t)room, &x->input);
	if (got > 0 && !x->raw)
		blank_controls(out, got);
	return got;
}

static int
keep_open(void *context)
{
	(void)context;
	return 0;
}

static void
keep_fault(void *context, xmlErrorPtr error)
{
	struct import_xml *x = context;
	if (x->fatal || error->message == NULL)
		return;
	x->fatal = error->level == XML_ERR_FATAL;
	err_set(&x->fault, ERR_INPUT, "%s:%d: expected XML: %.*s",
	    input_name(x->in), error->line, (int)strcspn(error->message, "\n"),
	    error->message);
}

/* What libxml2 would print of encodings, beside what it reports. */
static void
print_nothing(void *context, const char *format, ...)
{
	(void)context;
	(void)format;
}

/* Nothing is fetched, from the network or from a file, whatever a document
 * or an option says. */
static xmlParserInputPtr
load_nothing(const char *url, const char *id, xmlParserCtxtPtr context)
{
	(void)url;
	(void)id;
	(void)context;
	return NULL;
}

static bool
white(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool
import_xml_fits(struct span head, const char *uri)
{
	size_t i = 0;
	while (i < head.n && white(head.p[i]))
		i++;
	return i < head.n && head.p[i] == '<' &&
	       memmem(head.p, head.n, uri, strlen(uri)) != NULL;
}

static struct import_xml *
open_reader(struct input *in, struct err *e)
{
	struct import_xml *x = memory_new(1, sizeof(*x));
	struct span head = input_head(in);
	x->in = in;
	x->raw = head.n >= 2 && ((unsigned char)head.p[0] >= 0xfe ||
				    head.p[0] == '\0' || head.p[1] == '\0');
	xmlSetExternalEntityLoader(load_nothing);
	xmlSetGenericErrorFunc(NULL, print_nothing);
	x->reader = xmlReaderForIO(
	    read_bytes, keep_open, x, NULL, NULL, XML_PARSE_NONET);
	if (x->reader == NULL) {
		free(x);
		err_set(e, ERR_DOWN, "%s: no XML reader", input_name(in));
		return NULL;
	}
	xmlTextReaderSetStructuredErrorHandler(x->reader, keep_fault, x);
	return x;
}

static void
close_reader(struct import_xml *x)
{
	xmlFreeTextReader(x->reader);
	xmlFree(x->attribute);
	free(x->text);
	free(x);
}

size_t
import_xml_line(const struct import_xml *x)
{
	int line = xmlTextReaderGetParserLineNumber(x->reader);
	return line > 0 ? (size_t)line : 1;
}

static int
refuse(const struct import_xml *x, struct err *e, const char *what)
{
	return err_set(e, ERR_INPUT, "%s:%zu: expected %s", input_name(x->in),
	    import_xml_line(x), what);
}

static int
fault(struct import_xml *x, struct err *e)
{
	if (x->input.code != ERR_NONE)
		*e = x->input;
	else if (x->fault.code != ERR_NONE)
		*e = x->fault;
	else
		refuse(x, e, "XML");
	return -1;
}

static struct span
span_of_xml(const xmlChar *s)
{
	return s != NULL ? span_of((const char *)s) : (struct span){0};
}

static int
add_text(struct import_xml *x, struct err *e)
{
	struct span s = span_of_xml(xmlTextReaderConstValue(x->reader));
	if (s.n > IMPORT_RECORD_BYTES_MAX - x->n)
		return refuse(x, e, "less text in an element");
	if (s.n > x->size - x->n) {
		x->size = 2 * x->size + s.n;
		x->text = memory_grow(x->text, x->size, 1);
	}
	if (s.n != 0)
		memcpy(x->text + x->n, s.p, s.n);
	x->n += s.n;
	return 0;
}

static void
tell(struct import_xml *x, struct import_element *out, bool closes)
{
	*out = (struct import_element){
	    .closes = closes,
	    .depth = xmlTextReaderDepth(x->reader),
	    .name = span_of_xml(xmlTextReaderConstLocalName(x->reader)),
	    .space = span_of_xml(xmlTextReaderConstNamespaceUri(x->reader)),
	    .text = {x->text, closes ? x->n : 0},
	};
	x->empty = !closes && xmlTextReaderIsEmptyElement(x->reader) == 1;
	x->n = 0; /* the bytes stay until there are more */
}

/* 1: `out` is filled; 0: nothing to tell of; -1. */
static int
take_node(struct import_xml *x, struct import_element *out, struct err *e)
{
	switch (xmlTextReaderNodeType(x->reader)) {
	case XML_READER_TYPE_ELEMENT:
		tell(x, out, false);
		return 1;
	case XML_READER_TYPE_END_ELEMENT:
		tell(x, out, true);
		return 1;
	case XML_READER_TYPE_TEXT:
	case XML_READER_TYPE_CDATA:
	case XML_READER_TYPE_WHITESPACE:
	case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
		return add_text(x, e);
	case XML_READER_TYPE_DOCUMENT_TYPE:
		return refuse(x, e, "no document type, as no export has one");
	case XML_READER_TYPE_ENTITY_REFERENCE:
		return refuse(x, e, "no entities but those of XML");
	default:
		return 0;
	}
}

/* 1; 0 at the end; -1. */
static int
next_element(struct import_xml *x, struct import_element *out, struct err *e)
{
	if (x->empty) {
		tell(x, out, true);
		return 1;
	}
	for (;;) {
		int got = xmlTextReaderRead(x->reader);
		if (got < 0 || x->input.code != ERR_NONE)
			return fault(x, e);
		if (got == 0)
			return 0;
		got = take_node(x, out, e);
		if (got != 0)
			return got;
	}
}

/* Whether the element is no root, or the right one. 0, or -1 and `e`. */
static int
check_root(const struct import_xml *x, const struct import_element *el,
    const char *root, struct err *e)
{
	if (el->depth != 0 || span_equal(el->name, span_of(root)))
		return 0;
	return err_set(e, ERR_INPUT,
	    "%s: expected <%s> as the first element, not <%.*s>",
	    input_name(x->in), root,
	    (int)utf8_prefix(el->name, NAME_BYTES_SHOWN).n, el->name.p);
}

static int
tell_all(
    struct import_xml *x, const struct import_xml_visit *visit, struct err *e)
{
	struct import_element el = {0};
	int got;
	while ((got = next_element(x, &el, e)) == 1)
		if (check_root(x, &el, visit->root, e) != 0)
			return -1;
		else if (!el.closes)
			visit->opened(visit->arg, x, &el);
		else if (visit->closed(visit->arg, &el, e) < 0)
			return -1;
	return got;
}

int
import_xml_read(
    struct input *in, const struct import_xml_visit *visit, struct err *e)
{
	struct import_xml *x = open_reader(in, e);
	if (x == NULL)
		return -1;
	int failed = tell_all(x, visit, e);
	close_reader(x);
	return failed;
}

struct span
import_xml_attribute(struct import_xml *x, const char *name)
{
	xmlFree(x->attribute);
	x->attribute = NULL;
	int got = xmlTextReaderMoveToFirstAttribute(x->reader);
	while (got == 1) {
		struct span s =
		    span_of_xml(xmlTextReaderConstLocalName(x->reader));
		if (span_equal(s, span_of(name))) {
			x->attribute = xmlTextReaderValue(x->reader);
			break;
		}
		got = xmlTextReaderMoveToNextAttribute(x->reader);
	}
	xmlTextReaderMoveToElement(x->reader);
	return span_of_xml(x->attribute);
}
