#include "tidied.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "card.h"
#include "corpus.h"
#include "output.h"

/* Whose rows are counted, by which member of each. */
struct counting {
	json_t *people;
	const char *as;
};

static json_t *
find(const json_t *people, struct span by)
{
	for (size_t i = 0; i < json_array_size(people); i++) {
		json_t *o = json_array_get(people, i);
		const json_t *is = json_object_get(o, "by");
		struct span name = {
		    json_string_value(is), json_string_length(is)};
		if (span_equal(name, by))
			return o;
	}
	return NULL;
}

/* Who is not trusted by a head. */
static json_t *
people_of(const json_t *hygiene)
{
	const json_t *list = json_object_get(hygiene, "reporters");
	json_t *people = json_array();
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *o = json_array_get(list, i);
		json_t *by = json_object_get(o, "by");
		const char *so = json_string_value(json_object_get(o, "so"));
		struct span name = {
		    json_string_value(by), json_string_length(by)};
		if (strcmp(so, "trusted") != 0 && find(people, name) == NULL)
			json_array_append_new(
			    people, json_pack("{s:O, s:i, s:i}", "by", by,
					"held_back", 0, "gold", 0));
	}
	return people;
}

static int
count(const struct counting *n, const char *path, struct err *e)
{
	struct corpus c = {0};
	struct corpus_view view = {&c};
	if (path == NULL || json_array_size(n->people) == 0)
		return 0;
	int failed = corpus_add(&c, (struct corpus_file){path, false}, e);
	for (size_t i = 0; i < c.n && !failed; i++) {
		json_t *o = find(n->people, corpus_row(&view, i)->by);
		const json_t *was = json_object_get(o, n->as);
		if (o != NULL)
			json_object_set_new(o, n->as,
			    json_integer(json_integer_value(was) + 1));
	}
	corpus_look_away(&view);
	corpus_release(&c);
	return failed;
}

int
tidied_add(json_t *proposal, const struct tidied *t, struct err *e)
{
	char *path = output_path(t->folder, "hygiene.json");
	json_t *hygiene = card_read(path, e);
	free(path);
	if (hygiene == NULL)
		return -1;
	const json_t *sets = json_object_get(hygiene, "sets");
	/* what people decided comes behind the base corpora */
	json_t *last = json_array_get(sets, json_array_size(sets) - 1);
	json_t *people = people_of(hygiene);
	json_object_set(proposal, "learned", json_object_get(last, "learned"));
	json_object_set_new(proposal, "set_aside", people);
	json_decref(hygiene);
	struct counting asked = {people, "held_back"}, gold = {people, "gold"};
	return count(&asked, t->asked, e) != 0 || count(&gold, t->gold, e) != 0
		   ? -1
		   : 0;
}

void
tidied_each(const json_t *proposal,
    void (*put)(void *arg, const char *sentence), void *arg)
{
	const json_t *people = json_object_get(proposal, "set_aside");
	for (size_t i = 0; i < json_array_size(people); i++) {
		const json_t *o = json_array_get(people, i);
		json_int_t asked =
		    json_integer_value(json_object_get(o, "held_back"));
		json_int_t gold =
		    json_integer_value(json_object_get(o, "gold"));
		char text[400];
		if (asked + gold == 0)
			continue;
		snprintf(text, sizeof(text),
		    "labels of %.100s were set aside, but %" JSON_INTEGER_FORMAT
		    " of the comments held back and %" JSON_INTEGER_FORMAT
		    " of the gold set are called what they are by the same",
		    json_string_value(json_object_get(o, "by")), asked, gold);
		put(arg, text);
	}
}
