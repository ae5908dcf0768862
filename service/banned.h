/*
 * Calls that do not compile here: unbounded, locale-dependent or not
 * re-entrant. Included before every file by the Makefile.
 */
#ifndef BANNED_H
#define BANNED_H

/* first what declares them, so that only our calls are caught */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* macros, where clang fortifies */
#undef sprintf
#undef vsprintf

#pragma GCC poison atoi atol strtok strncpy strcpy strcat sprintf vsprintf
#pragma GCC poison gmtime localtime asctime ctime setlocale

#endif
