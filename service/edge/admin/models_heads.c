#include "models_heads.h"

#include "../format/promotion_json.h"
#include "../model/model_file.h"

static int
object(const struct model *old, const struct model *fresh, struct err *e)
{
	json_t *list = promotion_head_json(old, fresh);
	const json_t *one = json_array_get(list, 0);

	if (one != NULL)
		err_set(e, ERR_TAKEN, "%s",
		    json_string_value(json_object_get(one, "detail")));
	json_decref(list);
	return one != NULL ? -1 : 0;
}

int
models_heads_allow(struct model_job *j, struct err *e)
{
	struct model_slot *slot = j->call.worker->service->models;
	const struct model *old = model_slot_acquire(slot);
	struct model *fresh = NULL;
	char folder[MODEL_PATH_BYTES];
	int failed = model_job_path(j, folder, e);

	if (!failed && old != NULL)
		fresh = model_file_load(folder, e);
	if (fresh != NULL) /* else promoting it says why */
		failed = object(old, fresh, e);
	model_file_free(fresh);
	model_slot_release(slot, old);
	return failed;
}
