#include "options.h"
static int
run(const struct command *self, char **argv, struct err *e)
{
	(void)self;
	(void)argv;
	return err_set(e, ERR_BUG, "not yet"), RUN_FAILED;
}
const struct command command_scenarios = {
    "scenarios", "print our own labelled comments", "", "", run};
