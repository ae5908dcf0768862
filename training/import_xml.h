/*
 * XML as a stream of elements that open and close; the one door to libxml2.
 * Nothing is loaded from elsewhere: no document type, no entity but the five
 * of XML, no network. What it holds at a time is bounded by libxml2's limits
 * (depth 256, text of 10 MB) and IMPORT_RECORD_BYTES_MAX.
 */
#ifndef TRAINING_IMPORT_XML_H
#define TRAINING_IMPORT_XML_H

#include <stdbool.h>

#include "input.h"

/* Where an element opens or closes; all for the call that tells of it. */
struct import_element {
	bool closes;       /* an empty element opens, and then closes */
	int depth;         /* the root has 0 */
	struct span name;  /* without prefix */
	struct span space; /* the URI of the prefix */
	struct span text;  /* of one that closes: since the last of these */
};

struct import_xml;

/* Who is told of elements. `closed` ends the reading with -1 and `e`. */
struct import_xml_visit {
	const char *root; /* the name of it; a file with another is refused */
	void (*opened)(
	    void *arg, struct import_xml *x, const struct import_element *el);
	int (*closed)(
	    void *arg, const struct import_element *el, struct err *e);
	void *arg;
};

/* Whether a file that begins so is XML and names the namespace `uri`. */
bool import_xml_fits(struct span head, const char *uri);

/*
 * Tells of every element of `in`, to its end: 0, or -1 and `e`, which names
 * file, line and fault.
 */
int import_xml_read(
    struct input *in, const struct import_xml_visit *visit, struct err *e);

/*
 * The attribute `name`, whatever its prefix, of the element that has just
 * opened; empty when it has none. Until the next call.
 */
struct span import_xml_attribute(struct import_xml *x, const char *name);

size_t import_xml_line(const struct import_xml *x);

#endif
