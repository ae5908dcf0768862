/*
 * Any bytes as a file of rows for an order of the command line: what is taken
 * is an array of what its lines hold, without what the service makes; what is
 * not is named with its line.
 */
#include "../../service/command/command_rows.h"
#include "input_file.h"

static void
check(json_t *rows)
{
	json_t *row;
	size_t i;

	require(json_is_array(rows));
	json_array_foreach(rows, i, row)
	{
		require(json_object_get(row, "id") == NULL);
		require(json_object_get(row, "created_at") == NULL);
		require(json_object_get(row, "created_by") == NULL);
	}
	json_decref(rows);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = input_of(data, size);
	const char *path = input_file(in);
	struct err e = {0};
	json_t *rows = command_rows_read(path, "entries", &e);

	if (rows != NULL)
		check(rows);
	else
		require(
		    e.code == ERR_INPUT && strncmp(e.text, "line ", 5) == 0);
	return 0;
}
