/* One line per event, whatever is in it: valid JSON, pure ASCII, bounded. */
#include "../../service/edge/process/log.h"

#include <jansson.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

enum { SHOWN = 512 };

static char line[8192];

/* What log_event writes, in `line`. */
static void
capture(enum log_level level, const struct log_field *fields)
{
	int fds[2];
	int saved = dup(STDERR_FILENO);
	ssize_t n;

	assert_int_equal(pipe(fds), 0);
	dup2(fds[1], STDERR_FILENO);
	close(fds[1]);
	log_event(level, "test", fields);
	dup2(saved, STDERR_FILENO); /* the last writer: EOF for us */
	close(saved);
	n = read(fds[0], line, sizeof line - 1);
	close(fds[0]);
	line[n > 0 ? n : 0] = '\0';
}

static json_t *
parsed(void)
{
	size_t n = strlen(line);
	json_t *j;
	size_t i;

	assert_in_range(n, 1, 4096);
	assert_int_equal(line[n - 1], '\n');
	for (i = 0; i < n - 1; i++)
		assert_in_range(line[i], ' ', 0x7E);
	j = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(j);
	return j;
}

/* What goes in as text and what a reader of the JSON gets. */
static const struct {
	const char *text, *read;
} cases[] = {
    {"", ""},
    {"plain", "plain"},
    {"say \"hi\" \\ there", "say \"hi\" \\ there"},
    {"\n{\"level\":\"error\"}\n", "\n{\"level\":\"error\"}\n"},
    {"\x1B[31mred\x7F", "\x1B[31mred\x7F"},
    {"caf\xC3\xA9 \xE2\x80\xAE", "caf\xC3\xA9 \xE2\x80\xAE"},
    {"\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80"},
    {"bad \xFF\xC0 utf", "bad \xEF\xBF\xBD\xEF\xBF\xBD utf"},
};

static void
every_text_comes_back(void **state)
{
	size_t i;
	json_t *j;

	(void)state;
	log_open(LOG_INFO, LOG_JSON);
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		capture(
		    LOG_WARN, (struct log_field[]){{"what", cases[i].text, 0},
				  {"n", .number = -7}, {0}});
		j = parsed();
		assert_string_equal(
		    json_string_value(json_object_get(j, "what")),
		    cases[i].read);
		assert_int_equal(
		    json_integer_value(json_object_get(j, "n")), -7);
		assert_string_equal(
		    json_string_value(json_object_get(j, "level")), "warn");
		assert_string_equal(
		    json_string_value(json_object_get(j, "event")), "test");
		json_decref(j);
	}
}

/* A text of `n` times `unit`. */
static char *
many(const char *unit, size_t n)
{
	static char text[8192];

	text[0] = '\0';
	while (n-- > 0)
		memcpy(text + strlen(text), unit, strlen(unit) + 1);
	return text;
}

static void
long_fields_are_cut_whole(void **state)
{
	static const char *const units[] = {
	    "a", "\"", "\n", "\xC3\xA9", "\xF0\x9F\x98\x80"};
	const char *read;
	json_t *j;
	size_t i;

	(void)state;
	log_open(LOG_INFO, LOG_JSON);
	for (i = 0; i < sizeof units / sizeof units[0]; i++) {
		capture(LOG_INFO, (struct log_field[]){
				      {"what", many(units[i], 1000), 0}, {0}});
		j = parsed();
		assert_in_range(strlen(line), SHOWN, SHOWN + 120);
		read = json_string_value(json_object_get(j, "what"));
		assert_in_range(strlen(read), 1, SHOWN);
		assert_int_equal(strlen(read) % strlen(units[i]), 0);
		assert_memory_equal(read, many(units[i], 1000), strlen(read));
		json_decref(j);
	}
}

static void
too_many_fields_stay_valid(void **state)
{
	const char *text = many("x", 600);
	struct log_field fields[] = {{"a", text, 0}, {"b", text, 0},
	    {"c", text, 0}, {"d", text, 0}, {"e", text, 0}, {"f", text, 0},
	    {"g", text, 0}, {"h", text, 0}, {"i", text, 0}, {0}};
	json_t *j;

	(void)state;
	log_open(LOG_INFO, LOG_JSON);
	capture(LOG_INFO, fields);
	j = parsed();
	assert_non_null(json_object_get(j, "g"));
	assert_null(json_object_get(j, "i"));
	json_decref(j);
}

static void
the_level_and_style_are_kept(void **state)
{
	(void)state;
	log_open(LOG_WARN, LOG_JSON);
	capture(LOG_INFO, (struct log_field[]){{0}});
	assert_string_equal(line, "");
	log_open(LOG_DEBUG, LOG_TEXT);
	capture(LOG_DEBUG,
	    (struct log_field[]){{"name", "a\nb", 0}, {"n", .number = 3}, {0}});
	assert_non_null(strstr(line, "debug test name=\"a\\u000ab\" n=3\n"));
	log_open(LOG_INFO, LOG_AUTO); /* a pipe is no terminal */
	capture(LOG_INFO, (struct log_field[]){{0}});
	assert_int_equal(line[0], '{');
}

/* Has files end after so many bytes, as on a full disk. */
static void
limit_files(rlim_t bytes)
{
	struct rlimit l;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &l), 0);
	l.rlim_cur = bytes < l.rlim_max ? bytes : l.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &l), 0);
}

/* Lines are counted that a full disk loses, and the next is one of its own. */
static void
a_full_disk_tears_one_line(void **state)
{
	static const char torn[] = "{\"time\":";
	static const struct log_field none[] = {{0}};
	FILE *file = tmpfile();
	int saved = dup(STDERR_FILENO);
	size_t n;

	(void)state;
	log_open(LOG_INFO, LOG_JSON);
	signal(SIGXFSZ, SIG_IGN);
	dup2(fileno(file), STDERR_FILENO);
	limit_files(sizeof(torn) - 1);
	log_event(LOG_INFO, "first", none);
	log_event(LOG_INFO, "second", none);
	limit_files(RLIM_INFINITY);
	log_event(LOG_INFO, "third", none);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(file);
	n = fread(line, 1, sizeof(line) - 1, file);
	line[n] = '\0';
	fclose(file);
	assert_ptr_equal(strstr(line, torn), line);
	assert_int_equal(line[sizeof(torn) - 1], '\n');
	assert_non_null(strstr(line, "\"log.lost\",\"lines\":2}\n{"));
	assert_non_null(strstr(line, "\"third\"}\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_text_comes_back),
	    cmocka_unit_test(long_fields_are_cut_whole),
	    cmocka_unit_test(too_many_fields_stay_valid),
	    cmocka_unit_test(the_level_and_style_are_kept),
	    cmocka_unit_test(a_full_disk_tears_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
