/*
 * What an import came to: for people, and as JSON. Owns nothing.
 *
 * JSON: sources [{path, format}], rows, labels {ham, spam, ok, abuse, null},
 * skipped {deleted, type, too_large, bad}, repaired, texts, duplicates,
 * contradictions {texts, rows, first [{line, labels}]} with at most 100 of
 * them, balance {spam, abuse} (the share of bad ones among the labelled rows
 * of a head; null without any) and warnings.
 */
#ifndef TRAINING_IMPORT_REPORT_H
#define TRAINING_IMPORT_REPORT_H

#include <stdio.h>

#include "import.h"
#include "import_sink.h"

struct import_source {
	const char *path;
	const struct importer *importer;
};

struct import_report {
	const struct import_source *sources;
	size_t n;
	const struct import_counts *counts;
};

void import_report_print(FILE *to, const struct import_report *r);

/* Prints the JSON, or writes it to `path`. 0 or -1. */
int import_report_print_json(
    FILE *to, const struct import_report *r, struct err *e);
int import_report_write(
    const char *path, const struct import_report *r, struct err *e);

#endif
