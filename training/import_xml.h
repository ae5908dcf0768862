/*
 * XML as a stream of elements that open and close; the one door to libxml2.
 * Nothing is loaded from elsewhere: no document type, no entity but the five
 * of XML, no network. What it holds at a time is bounded by libxml2's limits
 * (depth 256, text of 10 MB) and IMPORT_RECORD_BYTES_MAX.
 */
#ifndef TRAINING_IMPORT_XML_H
#define TRAINING_IMPORT_XML_H

#include <stdbool.h>

#include "import_input.h"

/* Where an element opens or closes; all until the next call. */
struct import_element {
	bool closes;       /* an empty element opens, and then closes */
	int depth;         /* the root has 0 */
	struct span name;  /* without prefix */
	struct span space; /* the URI of the prefix */
	struct span text;  /* of one that closes: since the last of these */
};

struct import_xml;

/* Whether a file that begins so is XML and names the namespace `uri`. */
bool import_xml_fits(struct span head, const char *uri);

/* Reads `in`, which is borrowed. NULL and `e` when out of memory. */
struct import_xml *import_xml_open(struct import_input *in, struct err *e);
void import_xml_close(struct import_xml *x);

/* 1; 0 at the end; -1 and `e`, which names file, line and fault. */
int import_xml_next(
    struct import_xml *x, struct import_element *out, struct err *e);

/*
 * The attribute `name`, whatever its prefix, of the element that has just
 * opened; empty when it has none. Until the next call.
 */
struct span import_xml_attribute(struct import_xml *x, const char *name);

size_t import_xml_line(const struct import_xml *x);

#endif
