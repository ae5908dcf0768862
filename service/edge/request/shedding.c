#include "shedding.h"

#include "admission.h"

enum { AGAIN_S = 1 };

/*
 * How many puts may wait for the store's writer when one more of a load
 * comes. It takes all that wait at once, some thousand rows a second; to a
 * group of some hundred it adds no more of what comes meanwhile
 * (store_put_queue.c), which then waits. As many as here do so only when the
 * disk stands still, or is far too slow.
 */
static const unsigned waiting_max[LOADS] = {
    [LOAD_BULK] = 256,
    [LOAD_FEEDBACK] = 512,
    [LOAD_CHECK] = 1024,
};

int
shedding_admit(const struct call *call, enum load load, struct err *e)
{
	const struct service *s = call->worker->service;

	if (load == LOAD_NONE || call->caller.is_person ||
	    store_waiting(s->store) < waiting_max[load])
		return 0;
	metrics_add(s->metrics, METRIC_SHED, load - 1, 1);
	admission_wait(call, AGAIN_S);
	return err_set(e, ERR_BUSY,
	    "there is too much to do: nothing was done, come again");
}
