/* moderato-train scenarios: our own corpus, from templates and a seed. */
#include "scenarios.h"

#include <stdio.h>
#include <stdlib.h>

#include "options.h"
#include "rendered.h"

enum { MINUTES_BETWEEN = 25, MINUTES_CLOSE = 4, CLOSE_PERCENT = 30 };
enum { HTML_PERCENT = 25 };

/* 2024-01-01: any time will do, but it must be the same for a seed. */
static const int64_t START_MS = INT64_C(1704067200000);

struct row
scene_comment(const struct story *s, const struct author *a, int64_t after_ms)
{
	return (struct row){
	    .comment = {.thread = s->thread,
		.author = *a,
		.created_at_ms = s->now_ms + after_ms,
		.fill_ms = -1},
	    .lang = span_of("en"),
	    .source = span_of(s->scene),
	    .fold = s->world.deal % FOLDS,
	};
}

/* Many engines tell less than they know, and some next to nothing. */
static struct withheld
withhold(struct random *random)
{
	struct withheld all = {true, true, true, false}, some;
	all.who = random_chance(random, 60);
	if (random_chance(random, 45))
		return all;
	some.who = false;
	some.email = random_chance(random, 20);
	some.ip = random_chance(random, 20);
	some.agent = random_chance(random, 30);
	return some;
}

static void
leave_out(struct author *a, const struct withheld *w)
{
	if (w->email)
		a->email = (struct span){0};
	if (w->who)
		a->name = a->url = (struct span){0};
	if (w->ip)
		a->ip = (struct span){0};
	if (w->agent)
		a->user_agent = (struct span){0};
}

void
scene_add(struct story *s, struct row row, struct span text, enum label label)
{
	struct random *random = &s->world.random;
	bool is_text = row.comment.format == FORMAT_TEXT && text.n != 0;
	if (is_text && random_chance(random, HTML_PERCENT)) {
		row.comment.format = FORMAT_HTML;
		text = rendered_of(&s->world, text);
	}
	row.comment.content = text;
	row.label = label;
	leave_out(&row.comment.author, &s->withheld);
	s->rows = memory_append(s->rows, s->n, sizeof(*s->rows));
	s->rows[s->n++] = row;
}

void
scene_go_to_thread(struct story *s)
{
	struct world *w = &s->world;
	s->title = world_text(w, ".title");
	uint32_t year = 15 + random_below(&w->random, 10);
	uint32_t month = 1 + random_below(&w->random, 12);
	uint32_t number = 1 + random_below(&w->random, 40);
	s->thread = world_format(
	    w, "https://blog.example/20%u/%u/%u", year, month, number);
}

static const struct scene *
choose(const struct scene *scenes, struct random *random)
{
	uint32_t total = 0;
	for (const struct scene *s = scenes; s->name != NULL; s++)
		total += s->weight;
	uint32_t at = random_below(random, total);
	while (at >= scenes->weight)
		at -= scenes++->weight;
	return scenes;
}

/* Lets time pass: mostly a while, sometimes a lively hour. */
static void
wait(struct story *s)
{
	struct random *random = &s->world.random;
	int64_t minutes = random_chance(random, CLOSE_PERCENT)
			      ? MINUTES_CLOSE
			      : 2 * MINUTES_BETWEEN;
	s->now_ms += random_range(random, 1000, minutes * 60000);
}

/* What the comments are about: the scenes of a head. */
static const struct about {
	const struct scene *good, *bad;
	uint32_t good_percent;
} abouts[] = {
    {scenes_ham, scenes_spam, 50},
    {scenes_ok, scenes_abuse, 50},
    {scenes_everyday, scenes_everyday, 50}, /* none is bad */
    {scenes_blog_ham, scenes_blog_spam, 80},
};

/* What is to be told. */
struct order {
	const struct about *about;
	uint64_t seed;
	size_t rows;
	bool test;
};

/* So many of the rows good, all others bad, within the size of one scene. */
static void
play(struct story *s, const struct order *order)
{
	struct random *random = &s->world.random;
	size_t good = 0;
	while (s->n < order->rows) {
		bool well = 100 * good <= order->about->good_percent * s->n;
		size_t before = s->n;
		const struct scene *scene = choose(
		    well ? order->about->good : order->about->bad, random);
		s->scene = scene->name;
		s->world.deal =
		    order->test ? DEAL_TEST : (int)random_below(random, FOLDS);
		s->withheld = withhold(random);
		scene_go_to_thread(s);
		scene->play(s);
		if (well)
			good += s->n - before;
		wait(s);
	}
}

/* Rows of one time in the order in which they lie in their array. */
static int
by_time(const void *a, const void *b)
{
	const struct row *x = *(const struct row *const *)a;
	const struct row *y = *(const struct row *const *)b;
	if (x->comment.created_at_ms != y->comment.created_at_ms)
		return x->comment.created_at_ms < y->comment.created_at_ms ? -1
									   : 1;
	return x < y ? -1 : x > y;
}

static void
print_row(struct row row, size_t number)
{
	char id[32];
	snprintf(id, sizeof(id), "scene-%06zu", number);
	row.comment.id = span_of(id);
	corpus_write(stdout, &row);
}

static int
tell(const char *const *folders, const struct order *order, struct err *e)
{
	struct phrases *phrases = phrases_open(folders, e);
	if (phrases == NULL)
		return RUN_FAILED;
	struct story s = {.now_ms = START_MS,
	    .world = {.phrases = phrases, .random = {order->seed}}};
	play(&s, order);
	const struct row **in_time = memory_new(s.n, sizeof(struct row *));
	for (size_t i = 0; i < s.n; i++)
		in_time[i] = &s.rows[i];
	qsort(in_time, s.n, sizeof(struct row *), by_time);
	for (size_t i = 0; i < s.n; i++)
		print_row(*in_time[i], i);
	free(in_time);
	free(s.rows);
	pool_release(&s.world.pool);
	phrases_close(phrases);
	return RUN_OK;
}

static int
run(const struct command *self, char **argv, struct err *e)
{
	const char *folders[] = {"training/scenarios", "service/insults", NULL};
	long seed = 1, rows = 8000;
	int about = 0, split = 0;
	struct operands operands;
	const struct option_row table[] = {
	    {"about", OPTION_CHOICE, &about, "spam|abuse|everyday|blogs",
		"ham and spam, the whole life of a site; in many languages ok "
		"and abuse, or what is good to both heads; comments on blogs, "
		"ham and spam (spam)"},
	    {"seed", OPTION_WHOLE, &seed, "N",
		"other people and times, same templates (1)", 0, 1e9},
	    {"split", OPTION_CHOICE, &split, "train|test",
		"no template is in both (train)"},
	    {"rows", OPTION_WHOLE, &rows, "N", "about so many (8000)", 1, 1e7},
	    {"texts", OPTION_STRING, &folders[0], "DIR",
		"the templates (training/scenarios)"},
	    {"insults", OPTION_STRING, &folders[1], "DIR",
		"the insults that they name (service/insults)"},
	    {0},
	};
	enum options_result got = options_read(self, table, argv, &operands, e);
	int code = got == OPTIONS_HELP ? RUN_OK : RUN_USAGE;
	if (got == OPTIONS_GO && operands.n != 0)
		err_set(e, ERR_INPUT, "no corpus is read here");
	else if (got == OPTIONS_GO)
		code = tell(folders,
		    &(struct order){.about = &abouts[about],
			.seed = (uint64_t)seed,
			.rows = (size_t)rows,
			.test = split == 1},
		    e);
	free(operands.files);
	return code;
}

const struct command command_scenarios = {
    "scenarios",
    "print our own labelled comments as JSON lines",
    "[OPTION]...",
    "  moderato-train scenarios --seed 1 >scenarios.jsonl\n"
    "  moderato-train scenarios --about abuse >abuse.jsonl\n",
    run,
};
