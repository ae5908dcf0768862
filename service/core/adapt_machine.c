#include "adapt_machine.h"

#include <math.h>

/* As liblinear has it: C = 1, and the bias is the weight of one more feature
 * of value 1. */
static const double slack = 0.5; /* 1 / 2C */
static const double precise = 0.1;
enum { ROUNDS_MAX = 200 };

int
adapt_machine_init(struct adapt_machine *m, const struct adapt_sample *rows,
    size_t buckets, struct arena *a)
{
	m->weights = arena_array(a, buckets, sizeof(*m->weights));
	m->alphas = arena_array(a, rows->n, sizeof(*m->alphas));
	m->squares = arena_array(a, rows->n, sizeof(*m->squares));
	m->order = arena_array(a, rows->n, sizeof(*m->order));
	if (m->weights == NULL || m->alphas == NULL || m->squares == NULL ||
	    m->order == NULL)
		return -1;
	for (uint32_t i = 0; i < rows->n; i++) {
		const struct adapt_row *row = rows->labels[i].row;

		m->squares[i] = 1;
		for (uint32_t j = 0; j < row->n; j++)
			m->squares[i] += (double)row->items[j].value *
					 (double)row->items[j].value;
	}
	return 0;
}

double
adapt_machine_margin(const struct adapt_machine *m, const struct adapt_row *row)
{
	double sum = m->bias;

	for (uint32_t j = 0; j < row->n; j++)
		sum += m->weights[row->items[j].bucket] *
		       (double)row->items[j].value;
	return sum;
}

static void
add(struct adapt_machine *m, const struct adapt_row *row, double times)
{
	m->bias += times;
	for (uint32_t j = 0; j < row->n; j++)
		m->weights[row->items[j].bucket] +=
		    times * (double)row->items[j].value;
}

static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void
shuffle(uint32_t *order, uint32_t n, uint64_t *state)
{
	for (uint32_t i = n; i > 1; i--) {
		uint32_t j = (uint32_t)(next_random(state) % i);
		uint32_t kept = order[i - 1];

		order[i - 1] = order[j];
		order[j] = kept;
	}
}

/* One step: the best value of a row's alpha, the others as they are. What
 * the row missed it by. */
static double
step(struct adapt_machine *m, const struct adapt_sample *rows, uint32_t i,
    double offset)
{
	const struct adapt_row *row = rows->labels[i].row;
	double y = rows->labels[i].bad ? 1 : -1;
	double at =
	    offset * row->margins[rows->head] + adapt_machine_margin(m, row);
	double slope = y * at - 1 + slack * m->alphas[i];
	double next = m->alphas[i] - slope / (m->squares[i] + slack);

	if (m->alphas[i] == 0 && slope >= 0)
		return 0;
	next = fmax(next, 0);
	add(m, row, (next - m->alphas[i]) * y);
	m->alphas[i] = next;
	return fabs(slope);
}

/* Forgets all, and lists the rows to learn from: how many. */
static uint32_t
begin(struct adapt_machine *m, const struct adapt_sample *rows, uint8_t fold)
{
	uint32_t n = 0;

	m->bias = 0;
	for (uint32_t i = 0; i < rows->n; i++) {
		const struct adapt_row *row = rows->labels[i].row;

		m->alphas[i] = 0;
		for (uint32_t j = 0; j < row->n; j++)
			m->weights[row->items[j].bucket] = 0;
		if (rows->folds[i] != fold)
			m->order[n++] = i;
	}
	return n;
}

void
adapt_machine_learn(struct adapt_machine *m, const struct adapt_sample *rows,
    double offset, uint8_t fold)
{
	uint32_t n = begin(m, rows, fold);
	uint64_t state = 0x9E3779B97F4A7C15u;
	double missed = precise;

	for (int round = 0; round < ROUNDS_MAX && missed >= precise &&
			    !adapt_is_called_off(rows);
	     round++) {
		missed = 0;
		shuffle(m->order, n, &state);
		for (uint32_t k = 0; k < n; k++)
			missed =
			    fmax(missed, step(m, rows, m->order[k], offset));
	}
}

/* By the alphas: the dual, which is the same where learning ended. */
double
adapt_machine_strain(const struct adapt_machine *m,
    const struct adapt_sample *rows, double offset)
{
	double sum = 0;

	for (uint32_t i = 0; i < rows->n; i++) {
		const struct adapt_row *row = rows->labels[i].row;
		double y = rows->labels[i].bad ? 1 : -1;
		double added = adapt_machine_margin(m, row);

		sum +=
		    m->alphas[i] * (1 - y * offset * row->margins[rows->head] -
				       (y * added + slack * m->alphas[i]) / 2);
	}
	return sum;
}
