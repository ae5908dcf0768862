#include "statistics.h"

#include <math.h>

const double statistics_z95 = 1.959963984540054;

struct interval
statistics_wilson(size_t k, size_t n)
{
	double total = (double)n, p = (double)k / total;
	double z = statistics_z95, z2 = z * z;
	double middle, half, low, high;

	if (n == 0)
		return (struct interval){NAN, NAN};
	middle = (p + z2 / (2 * total)) / (1 + z2 / total);
	half = z / (1 + z2 / total) *
	       sqrt(p * (1 - p) / total + z2 / (4 * total * total));
	/* they are 0 and 1 there, but for rounding */
	low = k > 0 ? middle - half : 0;
	high = k < n ? middle + half : 1;
	return (struct interval){low > 0 ? low : 0, high < 1 ? high : 1};
}

double
statistics_t95(size_t freedom)
{
	/* by Cornish and Fisher's expansion, which is too low where there is
	 * little freedom: by a hundredth from here on */
	enum { LITTLE = 4 };
	static const double little[LITTLE] = {12.7062, 4.3027, 3.1824, 2.7764};
	double z = statistics_z95, z3 = z * z * z, v = (double)freedom;

	if (freedom <= LITTLE)
		return little[freedom - 1];
	return z + (z3 + z) / (4 * v) +
	       (5 * z3 * z * z + 16 * z3 + 3 * z) / (96 * v * v);
}

double
statistics_binomial(size_t k, size_t n, double p, double last)
{
	double term = (double)n * log1p(-p), odds = log(p) - log1p(-p), sum = 0;

	/* in logarithms: the first terms may be too small for a double */
	for (size_t i = 0; i <= k; i++) {
		sum += (i < k ? 1 : last) * exp(term);
		term += odds + log((double)(n - i)) - log((double)(i + 1));
	}
	return sum;
}

/* Of the smaller side. */
static double
tail(size_t a, size_t b, double last)
{
	return statistics_binomial(a < b ? a : b, a + b, 0.5, last);
}

double
statistics_mcnemar(size_t a, size_t b)
{
	double p = 2 * tail(a, b, 1);

	return p < 1 ? p : 1;
}

double
statistics_mcnemar_mid(size_t a, size_t b)
{
	return a == b ? 1 : 2 * tail(a, b, 0.5);
}
