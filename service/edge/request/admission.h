/*
 * Whether a call may go on, as far as that is a matter of how many came
 * before: of its API key, and of wrong keys from where it came. What is left
 * is told with the answer, whatever that will be: RateLimit-Policy and
 * RateLimit (draft-ietf-httpapi-ratelimit-headers-10), the older
 * RateLimit-Limit, -Remaining and -Reset, and Retry-After to who is refused.
 */
#ifndef EDGE_ADMISSION_H
#define EDGE_ADMISSION_H

#include "commenter.h"
#include "service.h"

/*
 * To be asked once the key of a call is known, in any dialect: 0, or -1 with
 * ERR_RATE. A caller without a key has no limit.
 */
int admission_key(const struct call *call, struct err *e);

/*
 * To be told why a key was not found: an ERR_AUTH becomes an ERR_RATE when
 * too many wrong keys came from that address: of IPv6 from its /64, or four
 * times as many from its /48. Returns -1.
 */
int admission_stranger(const struct call *call, struct err *e);

/*
 * To be asked before somebody proves who he is, by password, code or link:
 * 0, or -1 with ERR_RATE: too often under that name (NULL: none), or from
 * that address, which may twice as often.
 */
int admission_sign_in(const struct call *call, const char *name, struct err *e);

/* Tells with the answer what is left to a commenter. */
void admission_tell(
    const struct call *call, const struct commenter_quota *quota);

/* Tells with the answer how long to wait. */
void admission_wait(const struct call *call, uint32_t seconds);

#endif
