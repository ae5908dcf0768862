/*
 * How much counts can be relied on: intervals around shares, and whether two
 * that judge the same things differ by more than chance. Pure.
 */
#ifndef CORE_STATISTICS_H
#define CORE_STATISTICS_H

#include <stddef.h>

struct interval {
	double low, high;
};

/* Wilson's score interval of 95 % for `k` of `n`; NaN of none. */
struct interval statistics_wilson(size_t k, size_t n);

/* Of the standard normal distribution, the quantile of 95 % on both sides. */
extern const double statistics_z95;

/* Likewise of Student's, with so much freedom, 1 at least. */
double statistics_t95(size_t freedom);

/* P(X < k) + `last` P(X = k) for X binomial of `n` and `p`, 0 < p < 1 and
 * k <= n: by `last` of 0 and 1 P(X < k) and P(X <= k). */
double statistics_binomial(size_t k, size_t n, double p, double last);

/*
 * McNemar's exact test, two-sided: the probability of a split at least as
 * uneven as `a` to `b` if each of those had been as likely either way.
 */
double statistics_mcnemar(size_t a, size_t b);

/* The same with half the weight of a split just as uneven: less cautious than
 * the exact test, which is more so than it says. */
double statistics_mcnemar_mid(size_t a, size_t b);

#endif
