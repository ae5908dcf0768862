/*
 * What comments of a campaign have in common: the words of one of them, those
 * that all have and those that vary; and where they link to.
 */
#ifndef EDGE_CAMPAIGN_TEXT_H
#define EDGE_CAMPAIGN_TEXT_H

#include "../../core/text.h"

enum {
	CAMPAIGN_TEXTS_MAX = 8,
	CAMPAIGN_WORDS_MAX = 512, /* of the template; what follows varies */
	CAMPAIGN_HOSTS_MAX = 16,
};

/* A part of the template's source, and whether all have it. */
struct campaign_part {
	struct span text;
	bool common;
};

struct campaign_text {
	struct campaign_part *parts; /* all of the template, in order */
	uint32_t n_parts;
	uint32_t n_hosts;
	struct {
		struct span name;
		uint32_t n; /* of how many texts */
	} hosts[CAMPAIGN_HOSTS_MAX];
};

/*
 * Compares `n` texts, CAMPAIGN_TEXTS_MAX at most, of which the first is the
 * template; what it makes is in `a`. 0, or -1: the arena is full.
 */
int campaign_text_compare(struct campaign_text *out, const struct text *texts,
    uint32_t n, struct arena *a);

#endif
