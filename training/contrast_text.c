#include "contrast_text.h"

#include <math.h>
#include <stdio.h>

/* "73.5 % (66.4 to 79.6)", or a dash. */
static void
print_share(double share, struct interval within)
{
	if (isnan(share))
		fputs("–", stdout);
	else
		printf("%.1f %% (%.1f to %.1f)", 100 * share, 100 * within.low,
		    100 * within.high);
}

static void
print_side(const char *name, const struct contrast_figures *f)
{
	printf("  %s: caught %zu of %zu, ", name, f->caught,
	    f->caught + f->missed);
	print_share(f->recall, f->recall95);
	printf("; good ones stopped %zu of %zu, ", f->blocked,
	    f->blocked + f->passed);
	print_share(f->false_positives, f->false_positives95);
	fputs("; right when it stops ", stdout);
	print_share(f->precision, f->precision95);
	putchar('\n');
}

static void
print_level(const struct contrast *c, const char *const names[CONTRAST_SIDES],
    enum action from)
{
	struct contrast_duel d = contrast_duel(c, from);
	for (int s = 0; s < CONTRAST_SIDES; s++) {
		struct contrast_figures f =
		    contrast_figures(c, (enum contrast_side)s, from);
		print_side(names[s], &f);
	}
	printf("  right alone: %s %zu, %s %zu; by chance p = %.2g (McNemar's "
	       "mid-p)\n",
	    names[CONTRAST_OLD], d.only_old, names[CONTRAST_NEW], d.only_new,
	    d.mid_p);
}

void
contrast_print(
    const struct contrast *c, const char *const names[CONTRAST_SIDES])
{
	puts("held or worse:");
	print_level(c, names, ACTION_HOLD);
	puts("rejected or worse:");
	print_level(c, names, ACTION_REJECT);
}
