/* Which origin wins, and the one line for each wrong setting. */
#include "../../service/edge/config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { FLAGS_MAX = 4 };

static char *
write_file(const char *text)
{
	static char path[] = "/tmp/moderato-config-XXXXXX";
	int fd;

	memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	return path;
}

static void
test_flag_before_environment_before_file(void **state)
{
	char *path = write_file("# a comment\n"
				"listen = 127.0.0.1:1\n"
				"state = redis://127.0.0.1:1/0\n"
				"body-bytes = 2048\n");
	const char *flags[] = {"--config", path, "--listen=127.0.0.1:3", NULL};
	struct config c;
	struct err e;
	struct config_source *s;

	(void)state;
	setenv("MODERATO_LISTEN", "127.0.0.1:2", 1);
	setenv("MODERATO_STATE", "redis://127.0.0.1:10/0", 1);
	s = config_read(&c, 3, (char **)flags, &e);
	unsetenv("MODERATO_LISTEN");
	unsetenv("MODERATO_STATE");
	unlink(path);
	assert_non_null(s);
	assert_string_equal(c.listen, "127.0.0.1:3");
	assert_string_equal(c.state, "redis://127.0.0.1:10/0");
	assert_int_equal(c.body_bytes, 2048);
	assert_string_equal(c.listen_admin, "127.0.0.1:8081");
	assert_string_equal(c.store, "sqlite:var/moderato.db");
	assert_null(c.first_key);
	config_free(s);
}

static void
test_the_store_is_in_a_folder_however_deep(void **state)
{
	char folder[901] = "", flag[1024], expected[1024];
	const char *flags[] = {flag, NULL};
	struct config c;
	struct err e;
	struct config_source *s;

	(void)state;
	memset(folder, 'v', sizeof folder - 1);
	snprintf(flag, sizeof flag, "--var=%s", folder);
	snprintf(expected, sizeof expected, "sqlite:%s/moderato.db", folder);
	s = config_read(&c, 1, (char **)flags, &e);
	assert_non_null(s);
	assert_string_equal(c.store, expected);
	config_free(s);
}

static void
test_secret_from_a_file(void **state)
{
	char *path = write_file("abcdefghijkl\n");
	struct config c;
	struct err e;
	struct config_source *s;

	(void)state;
	setenv("MODERATO_FIRST_KEY_FILE", path, 1);
	s = config_read(&c, 0, NULL, &e);
	unsetenv("MODERATO_FIRST_KEY_FILE");
	unlink(path);
	assert_non_null(s);
	assert_string_equal(c.first_key, "abcdefghijkl");
	config_free(s);
}

/* What are two, or not told apart by what is written. */
static void
test_listeners_of_two_ports(void **state)
{
	static const char *const pairs[][2] = {
	    {"--listen=127.0.0.1:0", "--listen-admin=127.0.0.1:0"},
	    {"--listen=127.0.0.1:7", "--listen-admin=127.0.0.2:7"},
	    {"--listen=[::1]:7", "--listen-admin=127.0.0.1:7"},
	};
	struct config c;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct config_source *s =
		    config_read(&c, 2, (char **)pairs[i], &e);

		assert_non_null(s);
		config_free(s);
	}
}

/* What the state itself can read. */
static void
test_state_of_a_size(void **state)
{
	char flag[] = "--state=memory:12", *flags[] = {flag};
	struct config c;
	struct err e;
	struct config_source *s = config_read(&c, 1, flags, &e);

	(void)state;
	assert_non_null(s);
	assert_string_equal(c.state, "memory:12");
	config_free(s);
}

static const struct {
	const char *flags[FLAGS_MAX];
	const char *names[3]; /* what the line must name */
} wrong[] = {
    {{"--threads", "many"}, {"threads", "many", "0 to 64"}},
    {{"--threads", "65"}, {"threads", "65", "0 to 64"}},
    {{"--threads", "1x"}, {"threads", "1x", "0 to 64"}},
    {{"--threads="}, {"threads", "0 to 64"}},
    {{"--body-bytes", "-1"}, {"body-bytes", "-1", "1024"}},
    {{"--log-level", "loud"}, {"log-level", "loud", "debug"}},
    {{"--listen"}, {"listen", "127.0.0.1:8080"}},
    {{"--webhook-hosts", "http://a"}, {"webhook-hosts", "http://a", "host"}},
    {{"--webhook-hosts", "a/"}, {"webhook-hosts", "a/", "host"}},
    {{"--webhook-hosts", "a, b c"}, {"webhook-hosts", "a, b c", "host"}},
    {{"--webhook-hosts", "a:80"}, {"webhook-hosts", "a:80", "host"}},
    {{"--webhook-hosts", ","}, {"webhook-hosts", ",", "host"}},
    {{"--listen=127.0.0.1:7", "--listen-admin=localhost:7"},
	{"listen-admin", "localhost:7", "another port"}},
    {{"--listen", "x"}, {"listen", "\"x\"", "127.0.0.1:8080"}},
    {{"--state", "memory:99"}, {"state", "memory:99", "redis://"}},
    {{"--state", "redis://"}, {"state", "redis://host"}},
    {{"--state", "memcached:"}, {"state", "memcached:"}},
    {{"serve"}, {"serve", "flag"}},
    {{"--config", "/nonexistent/file"}, {"config", "/nonexistent/file"}},
    {{"--config", "/tmp"}, {"config", "/tmp", "directory"}},
};

static void
test_wrong_flags_are_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct config c;
		struct err e = {0};
		const char *flags[FLAGS_MAX];
		int n = 0;

		memcpy(flags, wrong[i].flags, sizeof(flags));
		while (flags[n] != NULL)
			n++;
		assert_null(config_read(&c, n, (char **)flags, &e));
		for (int k = 0; k < 3 && wrong[i].names[k] != NULL; k++)
			if (strstr(e.text, wrong[i].names[k]) == NULL)
				fail_msg("\"%s\" in \"%s\"", wrong[i].names[k],
				    e.text);
		assert_null(strchr(e.text, '\n'));
	}
}

static const struct {
	const char *text, *names;
} wrong_files[] = {
    {"listen 127.0.0.1:1\n", ":1: "},
    {"threads 3\n", ":1: expected key = value"},
    {"\nthreads = many\n", ":2: threads"},
    {"[section]\nlisten = 127.0.0.1:1\n", ":1: expected key = value"},
    {"colour = red\n", "colour: no such setting"},
    {"config = other\n", "config: no such setting"},
    {"trusted-proxies = 10.0.0.0/8,\n  192.168.0.0/16\n",
	":2: expected key = value, on one line"},
    {"var = a\n\nvar = a\n", ":3: var: is set in line 1 already"},
    {"model = # the shipped one\n", ":1: model: "},
};

/* What is beside a value is none of it, and no line is too long. */
static void
test_lines_of_a_file(void **state)
{
	char text[1024], path_of_it[901] = "";
	const char *flags[] = {"--config", NULL, NULL};
	struct config c;
	struct err e;
	struct config_source *s;
	char *path;

	(void)state;
	memset(path_of_it, 'm', sizeof path_of_it - 1);
	snprintf(text, sizeof text,
	    "\xef\xbb\xbf var=/srv/a b#c;d # where it was\r\n"
	    "\t; of before\n   \n"
	    "  listen: [::1]:1\t;here\n"
	    "model = %s # long\n"
	    "  threads = 3",
	    path_of_it);
	path = write_file(text);
	flags[1] = path;
	s = config_read(&c, 2, (char **)flags, &e);
	unlink(path);
	assert_non_null(s);
	assert_string_equal(c.var, "/srv/a b#c;d");
	assert_string_equal(c.listen, "[::1]:1");
	assert_string_equal(c.model, path_of_it);
	assert_int_equal(c.threads, 3);
	config_free(s);
}

static void
test_wrong_files_are_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrong_files) / sizeof(wrong_files[0]);
	     i++) {
		char *path = write_file(wrong_files[i].text);
		const char *flags[] = {"--config", path, NULL};
		struct config c;
		struct err e = {0};

		assert_null(config_read(&c, 2, (char **)flags, &e));
		unlink(path);
		if (strstr(e.text, wrong_files[i].names) == NULL)
			fail_msg(
			    "\"%s\" in \"%s\"", wrong_files[i].names, e.text);
	}
}

static void
test_show_hides_secrets(void **state)
{
	const char *flags[] = {"--first-key", "abcdefghijkl", NULL};
	char text[8192] = "";
	struct config c;
	struct err e;
	struct config_source *s = config_read(&c, 2, (char **)flags, &e);
	FILE *f = fmemopen(text, sizeof(text), "w");

	(void)state;
	config_show(s, f);
	fclose(f);
	config_free(s);
	assert_null(strstr(text, "abcdefghijkl"));
	assert_non_null(strstr(text, "(hidden)"));
	assert_non_null(strstr(text, "# flag"));
	assert_non_null(strstr(text, "# default"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_flag_before_environment_before_file),
	    cmocka_unit_test(test_the_store_is_in_a_folder_however_deep),
	    cmocka_unit_test(test_secret_from_a_file),
	    cmocka_unit_test(test_listeners_of_two_ports),
	    cmocka_unit_test(test_state_of_a_size),
	    cmocka_unit_test(test_wrong_flags_are_named),
	    cmocka_unit_test(test_wrong_files_are_named),
	    cmocka_unit_test(test_lines_of_a_file),
	    cmocka_unit_test(test_show_hides_secrets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
