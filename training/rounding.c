#include "rounding.h"

#include <math.h>

#include "../service/core/model.h"

static double
largest(const double *weights, size_t n)
{
	double most = 0;
	for (size_t i = 0; i < n; i++)
		most = fmax(most, fabs(weights[i]));
	return most;
}

static int16_t
whole(double units)
{
	double near = round(units);
	if (near == 0 && units != 0)
		return units > 0 ? 1 : -1;
	return (int16_t)fmax(fmin(near, INT16_MAX), -INT16_MAX);
}

double
rounding(int16_t *out, const double *weights, size_t n)
{
	int exponent;
	frexp(largest(weights, n), &exponent);
	double unit = ldexp(1, exponent - 15);
	for (size_t i = 0; i < n; i++)
		out[i * MODEL_HEADS] = whole(weights[i] / unit);
	return unit;
}
