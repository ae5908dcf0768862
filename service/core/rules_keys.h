/*
 * Keys by which a value is looked up: what a listed value and a comment's
 * field have in common however they are written. Private to rules*.c and
 * leads.c.
 */
#ifndef CORE_RULES_KEYS_H
#define CORE_RULES_KEYS_H

#include "rules.h"

enum key_space {
	KEY_NAME,   /* of an author, by its words */
	KEY_AUTHOR, /* id or name, as it is */
	KEY_EMAIL,
	KEY_MAIL_DOMAIN,
	KEY_IP, /* bits of the network, then its address */
	KEY_HOST,
	KEY_THREAD,
	KEY_THREAD_START,
};

enum { KEY_BYTES_MAX = 512 };

struct rule_key {
	uint8_t space; /* enum key_space */
	uint16_t n;
	char bytes[KEY_BYTES_MAX];
};

enum { RULE_KEYS_MAX = 2, IP_BITS = 128 };

/*
 * The keys of a rule that is no phrase and no regular expression, how many;
 * 0: its value is none of its kind. -1: the arena is full.
 */
int rule_keys(
    const struct rule *r, struct rule_key out[RULE_KEYS_MAX], struct arena *a);

/*
 * The key of a name's words in a reading (rules_words.h): 0; 1 when it has no
 * words; -1 when the arena is full. *differ as in struct rule_words.
 */
int key_of_name(struct rule_key *k, struct span name, unsigned reading,
    unsigned *differ, struct arena *a);

/* The host's labels folded; false when it is none. *disguised: a letter of
 * it only looks like the one it is folded to. */
bool key_of_host(struct rule_key *k, struct span host, bool *disguised);

/* The bytes of the dot of a host at s.p[at], as UTS #46 has them; 0: there is
 * none. */
size_t key_dot_bytes(struct span s, size_t at);

/* A mail address; false when it is none. */
bool key_of_email(struct rule_key *k, struct span email);

/* The network of the first `bits` of an address (address.h). */
struct address;
void key_of_network(struct rule_key *k, const struct address *a, unsigned bits);

#endif
