#include "err.h"

#include <stdarg.h>
#include <stdio.h>

int
err_set(struct err *e, enum err_code code, const char *format, ...)
{
	va_list args;

	e->code = code;
	va_start(args, format);
	vsnprintf(e->text, sizeof e->text, format, args);
	va_end(args);
	return -1;
}

int
err_no_room(struct err *e)
{
	*e = ERR_NO_ROOM;
	return -1;
}

int
err_no_answer(struct err *e)
{
	*e = ERR_NO_ANSWER;
	return -1;
}
