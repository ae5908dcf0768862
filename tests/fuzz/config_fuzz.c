/*
 * Any bytes as flags, so many lines of them as the first byte says, and a
 * settings file, at times the file of a secret too: every setting that is taken
 * is what its row expects, numbers within their bounds, and no secret is shown;
 * what is not taken is refused in a line.
 */
#include "../../service/edge/config/config.h"
#include "../../service/edge/config/config_options.h"
#include "input_file.h"

enum { FLAGS_MAX = 3, OVERWRITE = 1 };

static void
check_row(const struct option_row *o, const struct config *c)
{
	const char *at = (const char *)c + o->offset;
	const char *text;

	if (o->kind == OPTION_NUMBER) {
		int64_t n;

		memcpy(&n, at, sizeof n);
		require(n >= o->least && n <= o->most);
		return;
	}
	memcpy(&text, at, sizeof text);
	if (text == NULL)
		return;
	require(!config_option_misfit(o, text));
	if (o->secret)
		require(strstr(config_option_shown(o, text), text) == NULL);
}

static void
check(const struct config_source *s, const struct config *c)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	require(out != NULL);
	for (size_t i = 0; config_options[i].name != NULL; i++)
		check_row(&config_options[i], c);
	config_show(s, out);
	fclose(out);
	require(n > 0);
	if (c->first_key != NULL)
		require(strstr(text, c->first_key) == NULL);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = input_of(data, size);
	char file[64], *argv[FLAGS_MAX + 2] = {file};
	int n = 1, more = take_byte(&in) % (FLAGS_MAX + 1);
	struct config_source *s;
	struct config c;
	struct err e;

	while (more-- > 0)
		argv[n++] = text_of(take_line(&in));
	snprintf(file, sizeof file, "--config=%s", input_file(in));
	if (size % 8 == 0)
		setenv("MODERATO_FIRST_KEY_FILE", strchr(file, '/'), OVERWRITE);
	else
		unsetenv("MODERATO_FIRST_KEY_FILE");
	s = config_read(&c, n, argv, &e);
	if (s != NULL)
		check(s, &c);
	else
		require(e.code == ERR_INPUT && strchr(e.text, ':') != NULL);
	config_free(s);
	while (--n > 0)
		free(argv[n]);
	return 0;
}
