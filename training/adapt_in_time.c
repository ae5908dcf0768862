#include "adapt.h"

#include <math.h>
#include <stdlib.h>

#include "figures.h"
#include "progress.h"

enum learner { FROZEN, ADAPTED, LEARNERS };
static const char *const names[LEARNERS] = {"model", "adapted"};

/* Every comment as it came, with what each learner said then. */
static void
run(const struct site *s, struct scored *said[LEARNERS])
{
	struct site_lesson l = {.labels = {.n = 0}};
	uint32_t *all = memory_new(s->n, sizeof(*all));
	for (uint32_t i = 0; i < s->n; i++)
		all[i] = i;
	l.labels.at = all;
	struct progress progress = progress_start("learning", s->n);
	for (uint32_t at = 0, n; at < s->n; at = n) {
		progress_at(&progress, at);
		/* what is judged before it learns again */
		for (n = at + 1; n < s->n && !adapt_is_due(at, n); n++)
			;
		struct adapt_head head;
		l.labels.n = at;
		l.asked = (struct site_rows){all + at, n - at};
		site_learn(s, &l, said[ADAPTED] + at, &head);
		for (uint32_t i = at; i < n; i++)
			said[FROZEN][i] = (struct scored){
			    s->rows[i].margins[s->head], s->bad[i]};
	}
	progress_end(&progress);
	free(all);
}

static json_t *
figures_of(const struct site *s, const struct scored *said, size_t n)
{
	double even = model_margin(&s->model->heads[s->head], 0.5);
	struct confusion c = metrics_confusion(said, n, even);
	struct scored *sorted = memory_new(n, sizeof(*sorted));
	struct metrics m;
	memcpy(sorted, said, n * sizeof(*sorted));
	metrics_of(&m, sorted, n);
	free(sorted);
	return json_pack("{s:o,s:o,s:o,s:o}", "auc", number_json(m.auc),
	    "accuracy", number_json((double)(c.caught + c.passed) / (double)n),
	    "blocked",
	    number_json((double)c.blocked / (double)(c.blocked + c.passed)),
	    "recall_1", number_json(m.recall_1));
}

json_t *
adapt_in_time(const struct site *s)
{
	struct scored *said[LEARNERS];
	json_t *all = json_object();
	for (int i = 0; i < LEARNERS; i++)
		said[i] = memory_new(s->n, sizeof(**said));
	run(s, said);
	size_t half = s->n / 2;
	for (int i = 0; i < LEARNERS; i++) {
		json_object_set_new(all, names[i],
		    json_pack("{s:o,s:o}", "all", figures_of(s, said[i], s->n),
			"last_half",
			figures_of(s, said[i] + half, s->n - half)));
		free(said[i]);
	}
	return all;
}

static void
print_part(const json_t *part)
{
	static const char *const keys[] = {
	    "auc", "accuracy", "blocked", "recall_1"};
	for (size_t k = 0; k < sizeof(keys) / sizeof(*keys); k++) {
		const json_t *is = json_object_get(part, keys[k]);
		if (json_is_null(is))
			printf("%9s", "-");
		else
			printf("%9.4f", json_number_value(is));
	}
}

void
adapt_print_in_time(const json_t *learners)
{
	printf("%8s%36s%36s\n%8s", "", "all", "last half", "");
	for (int i = 0; i < 2; i++)
		printf("%9s%9s%9s%9s", "AUC", "accuracy", "blocked", "t1");
	putchar('\n');
	for (int i = 0; i < LEARNERS; i++) {
		const json_t *one = json_object_get(learners, names[i]);
		printf("%8s", names[i]);
		print_part(json_object_get(one, "all"));
		print_part(json_object_get(one, "last_half"));
		putchar('\n');
	}
}
