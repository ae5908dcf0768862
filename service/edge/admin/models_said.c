#include "models_said.h"

#include "../model/model_proposal.h"

/* What an objection was made on, in words. */
static const char *
words_of(const json_t *objection)
{
	static const struct {
		const char *on, *words;
	} told[] = {
	    {"heads", "of what it has learned"},
	    {"gold", "on the gold set"},
	    {"held back", "on decisions held back"},
	};
	const char *on = json_string_value(json_object_get(objection, "on"));
	size_t i = 0;

	while (strcmp(told[i].on, on) != 0) /* it is one of these */
		i++;
	return told[i].words;
}

/* The first objection, and how many more there are. */
static int
object(const json_t *proposal, struct err *e)
{
	const json_t *list = json_object_get(proposal, "objections");
	const json_t *first = json_array_get(list, 0);
	size_t n = json_array_size(list);

	if (n == 0)
		return 0;
	return err_set(e, ERR_TAKEN, "its proposal says %s, beside %s: %s%s",
	    words_of(first),
	    json_string_value(json_object_get(proposal, "old")),
	    json_string_value(json_object_get(first, "detail")),
	    n > 1 ? ", and more speaks against it" : "");
}

int
models_said_allows(struct model_job *j, struct err *e)
{
	struct model_shelf_state state =
	    model_shelf_state(j->call.worker->service->shelf);
	char folder[MODEL_PATH_BYTES];
	json_t *proposal;
	int failed;

	if (strcmp(j->name, state.in_use) == 0)
		return 0;
	if (model_job_path(j, folder, e) != 0)
		return -1;
	proposal = model_proposal_read(folder);
	failed = object(proposal, e);
	json_decref(proposal);
	return failed;
}
