/*
 * Any bytes as the settings of a site: a misfit is named in valid UTF-8 and
 * changes nothing; what is taken, written, is read as the same again.
 */

#include "../../service/core/utf8.h"
#include "../../service/edge/format/json.h"
#include "../../service/edge/known/site_settings.h"
#include "input.h"

/* As text, for NAN is not equal to itself. */
static bool
same(const struct site_settings *a, const struct site_settings *b)
{
	json_t *x = site_settings_json(a, SETTINGS_ALL);
	json_t *y = site_settings_json(b, SETTINGS_ALL);
	bool equal = json_equal(x, y);

	json_decref(x);
	json_decref(y);
	return equal;
}

static void
check_taken(const struct site_settings *s)
{
	struct site_settings again = site_settings_default();
	json_t *o = site_settings_json(s, SETTINGS_SET);
	struct problem_field field;

	require(s->trust_after >= 0 && s->retention.all_days >= 0);
	require(s->limit_author >= -1 && s->limit_ip >= -1);
	for (int h = 0; h < MODEL_HEADS; h++)
		require(!(s->cutoffs[h].hold > s->cutoffs[h].reject));
	require(site_settings_patch(&again, o, "", &field) == ERR_NONE);
	require(same(s, &again));
	json_decref(o);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct site_settings s = site_settings_default(), before = s;
	struct problem_field field = {0};
	struct err e;
	json_t *o = json_read(input_of(data, size), &e);

	if (o == NULL)
		return 0;
	if (site_settings_patch(&s, o, "/settings", &field) == ERR_NONE) {
		check_taken(&s);
	} else {
		require(same(&s, &before) && field.detail[0] != '\0');
		require(utf8_valid(span_of(field.pointer)));
	}
	json_decref(o);
	return 0;
}
