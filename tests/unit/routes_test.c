/* Which row a method and path find, what is captured, 404 against 405. */
#include "../../service/edge/request/routes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct route rows[] = {
    {.methods = ROUTE_POST, .pattern = "/v1/comments", .body = BODY_ONE},
    {.methods = ROUTE_POST, .pattern = "/v1/comments:batch"},
    {.methods = ROUTE_GET, .pattern = "/v1/comments/{id}"},
    {.methods = ROUTE_DELETE, .pattern = "/v1/comments/{id}"},
    {.methods = ROUTE_POST | ROUTE_DELETE,
	.pattern = "/v1/comments/{id}/decision"},
    {.methods = ROUTE_POST, .pattern = "/v1/models/{name}:promote"},
    {.methods = ROUTE_GET, .pattern = "/"},
};

enum { NONE = -1 };

static const struct {
	const char *path;
	enum http_method method;
	int row;
	const char *capture, *allow;
} cases[] = {
    {"/v1/comments", HTTP_POST, 0, "", ""},
    {"/v1/comments", HTTP_GET, NONE, "", "POST"},
    {"/v1/comments", HTTP_OTHER, NONE, "", "POST"},
    {"/v1/comments:batch", HTTP_POST, 1, "", ""},
    {"/v1/comments/", HTTP_GET, NONE, "", ""},
    {"/v1/comments/01J", HTTP_GET, 2, "01J", ""},
    {"/v1/comments/01J", HTTP_DELETE, 3, "01J", ""},
    {"/v1/comments/01J", HTTP_PATCH, NONE, "", "GET, HEAD, DELETE"},
    {"/v1/comments/01J/", HTTP_GET, NONE, "", ""},
    {"/v1/comments/a%2Fb", HTTP_GET, 2, "a%2Fb", ""},
    {"/v1/comments/a/decision", HTTP_POST, 4, "a", ""},
    {"/v1/comments//decision", HTTP_POST, NONE, "", ""},
    {"/v1/comments/a/b/decision", HTTP_POST, NONE, "", ""},
    {"/v1/models/default:promote", HTTP_POST, 5, "default", ""},
    {"/v1/models/:promote", HTTP_POST, NONE, "", ""},
    {"/v1/models/default:rollback", HTTP_POST, NONE, "", ""},
    {"/", HTTP_GET, 6, "", ""},
    {"", HTTP_GET, NONE, "", ""},
    {"/v2/comments", HTTP_POST, NONE, "", ""},
};

static void
every_case_finds_its_row(void **state)
{
	char allow[ROUTE_ALLOW_BYTES];
	struct route_match m;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		m = route_match(rows, sizeof rows / sizeof rows[0],
		    cases[i].method, span_of(cases[i].path));
		print_message("%s\n", cases[i].path);
		if (cases[i].row == NONE)
			assert_null(m.route);
		else
			assert_ptr_equal(m.route, &rows[cases[i].row]);
		assert_true(span_equal(m.capture, span_of(cases[i].capture)));
		route_allow(m.allowed, allow);
		assert_string_equal(allow, cases[i].allow);
	}
}

static void
all_methods_fit_into_allow(void **state)
{
	char allow[ROUTE_ALLOW_BYTES];

	(void)state;
	route_allow(~0u, allow);
	assert_string_equal(allow, "GET, HEAD, POST, PATCH, DELETE");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_case_finds_its_row),
	    cmocka_unit_test(all_methods_fit_into_allow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
