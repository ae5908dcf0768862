/*
 * A plot as inline SVG, drawn piece by piece, and a table of the numbers
 * behind it. Colours come from the page's style sheet, by class.
 */
#ifndef TRAINING_PLOT_H
#define TRAINING_PLOT_H

#include <stddef.h>
#include <stdio.h>

struct point {
	double x, y;
};

struct tick {
	double at;
	const char *label;
};

/* Everything is in the units of the data. */
struct plot {
	const char *title, *x_label, *y_label;
	double left, right, bottom, top;
	const struct tick *x_ticks, *y_ticks; /* end with a label NULL */
};

void plot_begin(FILE *f, const struct plot *p);
void plot_line(FILE *f, const struct plot *p, const char *style,
    const struct point *points, size_t n);

/* Bars of a height of y between each x and the next. */
void plot_bars(FILE *f, const struct plot *p, const char *style,
    const struct point *points, size_t n);

/* Dots for points that are too few for a line. */
void plot_dots(FILE *f, const struct plot *p, const char *style,
    const struct point *points, size_t n);

/* An upright line at `x`, named in the `line`-th line from the top; nothing
 * when it is outside. */
void plot_mark(
    FILE *f, const struct plot *p, double x, int line, const char *label);
void plot_end(FILE *f);

/*
 * A table that opens under the plot: `n` rows of `columns` numbers, with
 * their titles; row by row in `values`.
 */
void plot_table(FILE *f, const char *const *titles, size_t columns,
    const double *values, size_t n);

#endif
