#include "sorted.h"

#include "../format/json.h"
#include "../process/container.h"
#include "../store/store_figures.h"

/* Comments that are soon sorted in: in a tenth of a second or so. */
enum { SOON = 10000 };

/* A call that waits. */
struct sorted {
	struct call call;
	void (*handle)(const struct call *call);
	struct store_put put;
};

/* Whatever came of it: a store that cannot write can be read. */
static void
on_put(struct store_put *p)
{
	const struct sorted *it = container_of(p, const struct sorted, put);

	json_begin();
	it->handle(&it->call);
}

/* Whether the queue lacks some, and need not. */
static bool
is_worth_it(const struct store *store)
{
	const struct store_look l = store_look(store);

	return l.waiting_held > 0 && l.waiting <= SOON;
}

void
sorted_handle(const struct call *call, void (*handle)(const struct call *call))
{
	struct store *store = call->worker->service->store;
	struct sorted *it = NULL;

	if (is_worth_it(store))
		it = arena_array(&call->request->arena, 1, sizeof(*it));
	if (it == NULL) {
		handle(call);
		return;
	}
	*it = (struct sorted){
	    .call = *call,
	    .handle = handle,
	    .put = {.sorts = true, .loop = call->worker->loop, .done = on_put},
	};
	store_put(store, &it->put);
}
