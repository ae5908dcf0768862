#include "openapi.h"

#include "service.h"

/* The assembler reads the file; the path is from where make runs. */
__asm__(".pushsection .rodata\n"
	"openapi_json:\n"
	".incbin \"service/openapi.json\"\n"
	"openapi_json_end:\n"
	".popsection\n");

extern const char openapi_json[], openapi_json_end[];

void
openapi_get(const struct call *call)
{
	struct http_response out = {
	    .status = 200,
	    .content_type = "application/json",
	    .body = {openapi_json, (size_t)(openapi_json_end - openapi_json)},
	};

	http_answer(call->request, &out);
}
