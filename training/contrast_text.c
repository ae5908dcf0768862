#include "contrast_text.h"

#include <stdio.h>

/* Of both sides, a column each. */
struct both {
	size_t part[CONTRAST_SIDES], whole[CONTRAST_SIDES];
	struct interval within[CONTRAST_SIDES];
};

static void
print_line(const char *what, const char *old, const char *new)
{
	printf("%-23s%-*s%s\n", what, *new == '\0' ? 0 : 38, old, new);
}

/* "268 of 307, 87.3 % (83.1 to 90.6)", or a dash. */
static void
print_shares(const char *what, const struct both *s)
{
	char text[CONTRAST_SIDES][128] = {"-", "-"};
	for (int i = 0; i < CONTRAST_SIDES; i++)
		if (s->whole[i] > 0)
			snprintf(text[i], sizeof(text[i]),
			    "%zu of %zu, %.1f %% (%.1f to %.1f)", s->part[i],
			    s->whole[i],
			    100 * (double)s->part[i] / (double)s->whole[i],
			    100 * s->within[i].low, 100 * s->within[i].high);
	print_line(what, text[CONTRAST_OLD], text[CONTRAST_NEW]);
}

static void
print_level(const struct contrast *c, enum action from)
{
	struct contrast_duel d = contrast_duel(c, from);
	struct both caught = {0}, stopped = {0}, right = {0};
	char old[64], new[64];
	for (int s = 0; s < CONTRAST_SIDES; s++) {
		struct contrast_figures f =
		    contrast_figures(c, (enum contrast_side)s, from);
		caught.part[s] = right.part[s] = f.caught;
		caught.whole[s] = f.caught + f.missed;
		caught.within[s] = f.recall95;
		stopped.part[s] = f.blocked;
		stopped.whole[s] = f.blocked + f.passed;
		stopped.within[s] = f.false_positives95;
		right.whole[s] = f.caught + f.blocked;
		right.within[s] = f.precision95;
	}
	print_shares("  bad ones caught", &caught);
	print_shares("  good ones stopped", &stopped);
	print_shares("  right when it stops", &right);
	snprintf(old, sizeof(old), "%zu", d.only_old);
	snprintf(new, sizeof(new), "%zu", d.only_new);
	print_line("  right alone", old, new);
	snprintf(old, sizeof(old), "p = %.2g (McNemar's mid-p)", d.mid_p);
	print_line("  by chance", old, "");
}

void
contrast_print(
    const struct contrast *c, const char *const names[CONTRAST_SIDES])
{
	struct contrast_figures f =
	    contrast_figures(c, CONTRAST_OLD, ACTION_HOLD);
	if (f.caught + f.missed + f.blocked + f.passed == 0) {
		puts("of none of them it is known whether it is bad");
		return;
	}
	print_line("held or worse", names[CONTRAST_OLD], names[CONTRAST_NEW]);
	print_level(c, ACTION_HOLD);
	puts("rejected or worse");
	print_level(c, ACTION_REJECT);
}
