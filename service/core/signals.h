/*
 * Behaviour as data: how often and how lately something came before, for
 * each kind of thing a comment can repeat. The state counts, this names.
 */
#ifndef CORE_SIGNALS_H
#define CORE_SIGNALS_H

#include <stdbool.h>
#include <stdint.h>

#include "comment.h"
#include "counters.h"
#include "fingerprint.h"
#include "text.h"

enum signal_kind {
	SIGNAL_AUTHOR,
	SIGNAL_EMAIL,
	SIGNAL_IP,  /* of IPv6 the /64, which one person has */
	SIGNAL_NET, /* the IP's /24 or /48 */
	SIGNAL_THREAD,
	SIGNAL_AUTHOR_TEXT, /* the same text by the same author */
	SIGNAL_IP_TEXT,
	SIGNAL_TEXT, /* the same text by anyone */
	SIGNAL_NEAR, /* nearly the same text by anyone */
	SIGNAL_HOST, /* a link to the same domain */
	SIGNALS
};

struct signal {
	uint32_t count; /* in this and the last window, this comment included;
			 * 0: nothing to count, such as a comment without IP */
	uint32_t now;   /* of those, in this window */
	int64_t gap_ms; /* since the one before; -1: none before, or of a kind
			 * that keeps none */
};

struct signals {
	bool known; /* false: no counts to be had, all of `of` is zero */
	struct signal of[SIGNALS];
	uint32_t trust; /* approved comments of the author, if enough to say
			 * something; else 0 */
};

enum { SIGNALS_TRUST_AFTER = 3 }; /* approved comments, unless a site differs */

enum {
	SIGNAL_HOSTS_MAX = 4, /* link domains counted per comment */
	SIGNAL_KEYS_MAX = 8 + FINGERPRINT_BANDS + SIGNAL_HOSTS_MAX,
};

/* Which signal each of the touches of a comment feeds. */
struct signal_keys {
	struct touch touches[SIGNAL_KEYS_MAX];
	uint8_t kinds[SIGNAL_KEYS_MAX]; /* enum signal_kind */
	uint32_t n;
};

/*
 * The keys to count for a comment, each once: every touch has its key set,
 * kind and value hashed together under `key`, so that no two kinds share a
 * key, and nobody can aim at somebody else's.
 */
void signal_keys_of(struct signal_keys *k, const struct comment *c,
    const struct text *t, const struct fingerprint *f,
    const struct siphash_key *key);

/*
 * What the counted touches say. Several keys of one kind: the highest count
 * of hosts; the second highest of bands, so that one shared phrase is not a
 * near-duplicate.
 */
struct signals signals_of(const struct signal_keys *k);

/*
 * Takes a comment out of its own signals that was counted when it came first,
 * and is only judged again: how long ago the one before came is not known.
 */
void signals_take_own(struct signals *s);

/*
 * The trust that `approved` comments earn where it takes `after` of them; 0:
 * none ever does.
 */
uint32_t signals_trust(uint64_t approved, uint32_t after);

#endif
