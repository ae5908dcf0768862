#include "query.h"

int
query_read(struct form *f, const struct call *call, struct err *e)
{
	struct http_request *r = call->request;

	if (form_init(f, &r->arena) == 0 &&
	    form_add_urlencoded(f, r->query) == 0)
		return 0;
	return err_set(e, ERR_TOO_LARGE, "the query has too many fields");
}
