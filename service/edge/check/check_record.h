/*
 * From a judged comment to what the store keeps of it: mail and IP address
 * only as pseudonyms, the network for people to read.
 */
#ifndef EDGE_CHECK_RECORD_H
#define EDGE_CHECK_RECORD_H

#include "../../core/moderate.h"
#include "../process/secrets.h"
#include "../store/store.h"

/* Fills all of `out` that comes from the comment but for its author's mail and
 * IP address; borrowed from `r`. */
void check_record_comment(struct record *out, const struct reading *r);

/*
 * The pseudonym of a mail address, however it is written, into `out`, in `a`;
 * of none it is empty. 0, or -1: the arena is full.
 */
int check_record_email(struct span *out, struct span email,
    const unsigned char secret[SECRET_BYTES], struct arena *a);

/*
 * Fills in the address, which judging does not need. 0, or -1: the arena is
 * full.
 */
int check_record_address(struct record *out, const struct comment *c,
    const unsigned char secret[SECRET_BYTES], struct arena *a);

/*
 * A hash of who wrote a comment, by its record: of the author's id in the
 * engine; without one, of mail pseudonym and name; 0 when there is neither.
 * Under a key of its own, so that it says nothing outside of here.
 */
uint64_t check_record_author(
    const struct record *r, const struct comment_keys *keys);

/* How a comment was judged. */
struct record_basis {
	const struct comment *comment;
	const struct signals *signals;
	const struct model *model; /* NULL: by none */
	const struct verdict *verdict;
};

/* Fills in what it was judged by beside that. 0, or -1: the arena is full. */
int check_record_basis(
    struct record *out, const struct record_basis *by, struct arena *a);

/* Fills all of `out` that comes from the verdict but the answer. */
void check_record_verdict(struct record *out, const struct verdict *v);

#endif
