#include "plot.h"

#include <math.h>

/* The drawing, in pixels: the plane's left upper corner and its size. */
enum {
	WIDTH = 520,
	HEIGHT = 340,
	LEFT = 60,
	UP = 30,
	ACROSS = 440,
	DOWN = 250
};

static double
x_of(const struct plot *p, double x)
{
	double share = (x - p->left) / (p->right - p->left);
	return LEFT + ACROSS * fmin(fmax(share, 0), 1);
}

static double
y_of(const struct plot *p, double y)
{
	double share = (y - p->bottom) / (p->top - p->bottom);
	return UP + DOWN * (1 - fmin(fmax(share, 0), 1));
}

static void
draw_x_ticks(FILE *f, const struct plot *p)
{
	for (const struct tick *t = p->x_ticks; t->label != NULL; t++) {
		double x = x_of(p, t->at);
		fprintf(f,
		    "<path class=\"grid\" d=\"M%.1f %dV%d\"/>"
		    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s"
		    "</text>\n",
		    x, UP, UP + DOWN, x, UP + DOWN + 18, t->label);
	}
}

static void
draw_y_ticks(FILE *f, const struct plot *p)
{
	for (const struct tick *t = p->y_ticks; t->label != NULL; t++) {
		double y = y_of(p, t->at);
		fprintf(f,
		    "<path class=\"grid\" d=\"M%d %.1fH%d\"/>"
		    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
		    LEFT, y, LEFT + ACROSS, LEFT - 6, y + 4, t->label);
	}
}

void
plot_begin(FILE *f, const struct plot *p)
{
	fprintf(f,
	    "<figure>\n<svg viewBox=\"0 0 %d %d\" role=\"img\" "
	    "aria-label=\"%s\">\n<text class=\"title\" x=\"%d\" y=\"18\">%s"
	    "</text>\n",
	    WIDTH, HEIGHT, p->title, LEFT, p->title);
	draw_x_ticks(f, p);
	draw_y_ticks(f, p);
	fprintf(f,
	    "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n"
	    "<text transform=\"translate(14 %d) rotate(-90)\" "
	    "text-anchor=\"middle\">%s</text>\n",
	    LEFT + ACROSS / 2, HEIGHT - 12, p->x_label, UP + DOWN / 2,
	    p->y_label);
}

void
plot_line(FILE *f, const struct plot *p, const char *style,
    const struct point *points, size_t n)
{
	fprintf(f, "<path class=\"line %s\" d=\"", style);
	for (size_t i = 0; i < n; i++)
		fprintf(f, "%c%.1f %.1f", i == 0 ? 'M' : 'L',
		    x_of(p, points[i].x), y_of(p, points[i].y));
	fputs("\"/>\n", f);
}

void
plot_bars(FILE *f, const struct plot *p, const char *style,
    const struct point *points, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++) {
		double x = x_of(p, points[i].x), y = y_of(p, points[i].y);
		fprintf(f,
		    "<rect class=\"bar %s\" x=\"%.1f\" y=\"%.1f\" "
		    "width=\"%.1f\" height=\"%.1f\"/>\n",
		    style, x, y, x_of(p, points[i + 1].x) - x, UP + DOWN - y);
	}
}

void
plot_dots(FILE *f, const struct plot *p, const char *style,
    const struct point *points, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fprintf(f,
		    "<circle class=\"dot %s\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\""
		    "/>\n",
		    style, x_of(p, points[i].x), y_of(p, points[i].y));
}

void
plot_mark(FILE *f, const struct plot *p, double x, int line, const char *label)
{
	if (!(x >= p->left && x <= p->right))
		return;
	fprintf(f,
	    "<path class=\"mark\" d=\"M%.1f %dV%d\"/>"
	    "<text class=\"mark\" x=\"%.1f\" y=\"%d\">%s</text>\n",
	    x_of(p, x), UP, UP + DOWN, x_of(p, x) + 3, UP + 14 * line, label);
}

void
plot_end(FILE *f)
{
	fputs("</svg>\n</figure>\n", f);
}

void
plot_table(FILE *f, const char *const *titles, size_t columns,
    const double *values, size_t n)
{
	fputs("<details><summary>numbers</summary><table>\n<tr>", f);
	for (size_t c = 0; c < columns; c++)
		fprintf(f, "<th>%s</th>", titles[c]);
	fputs("</tr>\n", f);
	for (size_t i = 0; i < n; i++) {
		fputs("<tr>", f);
		for (size_t c = 0; c < columns; c++)
			fprintf(f, "<td>%.5g</td>", values[i * columns + c]);
		fputs("</tr>\n", f);
	}
	fputs("</table></details>\n", f);
}
