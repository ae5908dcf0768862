#include "reply.h"

#include "../format/json.h"
#include "../http/problem.h"

void
reply(const struct call *call, unsigned status, struct span body)
{
	struct http_response out = {
	    .status = status,
	    .content_type = "application/json",
	    .body = body,
	};

	if (out.body.p == NULL)
		problem_fill(
		    call->request, 500, "the answer does not fit", NULL, &out);
	http_answer(call->request, &out);
}

void
reply_json(const struct call *call, unsigned status, json_t *body)
{
	reply(call, status, json_write(body, &call->request->arena));
	json_decref(body);
}
