#include "openapi.h"

#include "request/service.h"

/* The assembler reads the file; the path is from where make runs. */
__asm__(".pushsection .rodata\n"
	"openapi_json:\n"
	".incbin \"service/openapi.json\"\n"
	"openapi_json_end:\n"
	".balign 4\n"
	"openapi_json_bytes: .4byte openapi_json_end - openapi_json\n"
	".popsection\n");

extern const char openapi_json[];
extern const uint32_t openapi_json_bytes;

void
openapi_get(const struct call *call)
{
	struct http_response out = {
	    .status = 200,
	    .content_type = "application/json",
	    .body = {openapi_json, openapi_json_bytes},
	    .lasts = true,
	};

	http_answer(call->request, &out);
}
