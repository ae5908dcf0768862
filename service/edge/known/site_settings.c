#include "site_settings.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "../format/json.h"
#include "../store/store_reports.h"
#include "../store/store_retention.h"

enum kind {
	CHOICE, /* one of two names: a bool */
	BOOLEAN,
	SHARE, /* between 0 and 1; null: not set */
	WHOLE, /* from 0 to `most` */
};

struct row {
	struct site_setting told; /* first */
	enum kind kind;
	size_t offset;
	double fallback; /* NAN or -1: null */
	int64_t most;
	const char *no, *yes; /* of a choice */
};

enum { COMMENTS_MAX = 1000000, DAYS_MAX = 36500, DELAY_MAX_S = 86400 };

#define AT(member)  offsetof(struct site_settings, member)
#define PROBABILITY "a number above 0 and below 1, or null"
#define SHARE_ROW(pointer, at, help)                                           \
	{                                                                      \
		{pointer, PROBABILITY, help}, SHARE, at, NAN, 0, NULL, NULL    \
	}
#define WHOLE_ROW(pointer, expected, help, at, fallback, most)                 \
	{                                                                      \
		{pointer, expected, help}, WHOLE, at, fallback, most, NULL,    \
		    NULL                                                       \
	}

#define DAYS_ROW(pointer, help, at, fallback)                                  \
	WHOLE_ROW(pointer, "a whole number from 0 to 36500", help, at,         \
	    fallback, DAYS_MAX)

static const struct row rows[] = {
    {{"/held", "\"spam\" or \"ham\"",
	 "held is spam, or ham, which most engines publish"},
	CHOICE, AT(held_is_spam), true, 0, "ham", "spam"},
    {{"/discard", "true or false", "whether engines may drop what is blatant"},
	BOOLEAN, AT(may_discard), false, 0, NULL, NULL},
    {{"/adapt", "true or false",
	 "whether the site's own decisions adapt the model"},
	BOOLEAN, AT(adapt), true, 0, NULL, NULL},
    SHARE_ROW("/cutoffs/spam/hold", AT(cutoffs[HEAD_SPAM].hold),
	"hold from this probability of spam on"),
    SHARE_ROW("/cutoffs/spam/reject", AT(cutoffs[HEAD_SPAM].reject),
	"reject from this probability of spam on"),
    SHARE_ROW("/cutoffs/abuse/hold", AT(cutoffs[HEAD_ABUSE].hold),
	"hold from this probability of abuse on"),
    SHARE_ROW("/cutoffs/abuse/reject", AT(cutoffs[HEAD_ABUSE].reject),
	"reject from this probability of abuse on"),
    SHARE_ROW("/budget/hold", AT(budget.hold),
	"the share of good comments that may be held"),
    SHARE_ROW("/budget/reject", AT(budget.reject),
	"the share of good comments that may be rejected"),
    WHOLE_ROW("/trust_after", "a whole number from 0 to 1000000",
	"approved comments that earn trust; 0: none do", AT(trust_after), 3,
	COMMENTS_MAX),
    DAYS_ROW("/retention_days", "days that any comment is kept; 0: for ever",
	AT(retention.all_days), RETENTION_ALL_DAYS),
    DAYS_ROW("/retention_spam_days",
	"days that undecided, rejected comments are kept",
	AT(retention.spam_days), RETENTION_SPAM_DAYS),
    DAYS_ROW("/retention_text_days",
	"days that published or decided ones are kept", AT(retention.text_days),
	RETENTION_TEXT_DAYS),
    DAYS_ROW("/retention_request_days",
	"days that IPs (pseudonym, network) are kept",
	AT(retention.request_days), RETENTION_REQUEST_DAYS),
    WHOLE_ROW("/limit_author", "a whole number from 0 to 1000000, or null",
	"comments per author, this hour and the last", AT(limit_author), -1,
	COMMENTS_MAX),
    WHOLE_ROW("/limit_ip", "a whole number from 0 to 1000000, or null",
	"comments per IP, likewise; none: the service's", AT(limit_ip), -1,
	COMMENTS_MAX),
    WHOLE_ROW("/webhooks_delay_s", "a whole number from 0 to 86400",
	"seconds to undo a decision before it is told", AT(webhooks_delay_s), 5,
	DELAY_MAX_S),
    WHOLE_ROW("/report_hold", "a whole number from 0 to 1000",
	"readers whose reports hold a comment; 0: never", AT(report_hold), 0,
	REPORTS_MAX),
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

/* Bounds that belong together, and in which order. */
static const struct {
	size_t low, high;
	const char *pointer, *expected;
} pairs[] = {
    {AT(cutoffs[HEAD_SPAM].hold), AT(cutoffs[HEAD_SPAM].reject),
	"/cutoffs/spam/hold", "expected at most what /cutoffs/spam/reject is"},
    {AT(cutoffs[HEAD_ABUSE].hold), AT(cutoffs[HEAD_ABUSE].reject),
	"/cutoffs/abuse/hold",
	"expected at most what /cutoffs/abuse/reject is"},
    {AT(budget.reject), AT(budget.hold), "/budget/reject",
	"expected at most what /budget/hold is"},
};

/* A change under way. */
struct patch {
	struct site_settings *settings;
	const char *base;
	struct problem_field *misfit;
};

static const void *
member(const struct site_settings *s, size_t offset)
{
	return (const char *)s + offset;
}

static double
get(const struct site_settings *s, const struct row *r)
{
	const void *p = member(s, r->offset);

	switch (r->kind) {
	case CHOICE:
	case BOOLEAN:
		return *(const bool *)p;
	case SHARE:
		return *(const double *)p;
	case WHOLE:
		return (double)*(const int64_t *)p; /* small enough */
	}
	return 0;
}

static void
set(struct site_settings *s, const struct row *r, double value)
{
	void *p = (char *)s + r->offset;

	switch (r->kind) {
	case CHOICE:
	case BOOLEAN:
		*(bool *)p = value != 0;
		break;
	case SHARE:
		*(double *)p = value;
		break;
	case WHOLE:
		*(int64_t *)p = (int64_t)value;
		break;
	}
}

/* The value that `v` says, 0, or -1: not what the row expects. */
static int
read_value(const struct row *r, const json_t *v, double *out)
{
	const char *name = json_string_value(v);

	*out = json_number_value(v);
	switch (r->kind) {
	case CHOICE:
		*out = name != NULL && strcmp(name, r->yes) == 0;
		return *out != 0 || (name != NULL && strcmp(name, r->no) == 0)
			   ? 0
			   : -1;
	case BOOLEAN:
		*out = json_is_true(v);
		return json_is_boolean(v) ? 0 : -1;
	case SHARE:
		return json_is_number(v) && *out > 0 && *out < 1 ? 0 : -1;
	case WHOLE:
		return json_is_integer(v) && *out >= 0 &&
			       json_integer_value(v) <= r->most
			   ? 0
			   : -1;
	}
	return -1;
}

static int
misfit(const struct patch *p, const char *pointer, const char *detail)
{
	char whole[sizeof(p->misfit->pointer)];

	snprintf(whole, sizeof(whole), "%s%s", p->base, pointer);
	return problem_misfit(p->misfit, whole, "%s", detail);
}

static int
read_row(const struct patch *p, const struct row *r, const json_t *v)
{
	char detail[sizeof(p->misfit->detail)];
	double value;

	if (json_is_null(v)) {
		set(p->settings, r, r->fallback);
		return 0;
	}
	if (read_value(r, v, &value) == 0) {
		set(p->settings, r, value);
		return 0;
	}
	snprintf(detail, sizeof(detail), "expected %s", r->told.expected);
	return misfit(p, r->told.pointer, detail);
}

/* Whether `pointer` is `prefix` or leads on from it. */
static bool
is_below(const char *pointer, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(pointer, prefix, n) == 0 &&
	       (pointer[n] == '/' || pointer[n] == '\0');
}

static int read_members(const struct patch *p, const char *prefix, json_t *o);

/* What stands at `pointer`: a setting, or an object of some. */
static int
read_member(const struct patch *p, const char *pointer, json_t *v)
{
	bool known = false;

	for (size_t i = 0; i < ROWS; i++) {
		if (!is_below(rows[i].told.pointer, pointer))
			continue;
		known = true;
		if (strcmp(rows[i].told.pointer, pointer) == 0)
			return read_row(p, &rows[i], v);
		if (json_is_null(v))
			set(p->settings, &rows[i], rows[i].fallback);
	}
	if (!known)
		return misfit(p, pointer, "there is no such setting");
	return json_is_null(v) ? 0 : read_members(p, pointer, v);
}

/* As deep as the pointers of the table go. */
static int
read_members(const struct patch *p, const char *prefix, json_t *o)
{
	char pointer[sizeof(p->misfit->pointer)];
	const char *name;
	json_t *value;

	if (!json_is_object(o))
		return misfit(p, prefix, "expected an object");
	json_object_foreach(o, name, value)
	{
		problem_point(prefix, name, pointer, sizeof(pointer));
		if (read_member(p, pointer, value) != 0)
			return -1;
	}
	return 0;
}

static int
check_pairs(const struct patch *p)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const double *low = member(p->settings, pairs[i].low);
		const double *high = member(p->settings, pairs[i].high);

		if (*low > *high) /* never, when one is not set */
			return misfit(p, pairs[i].pointer, pairs[i].expected);
	}
	return 0;
}

struct site_setting
site_settings_row(unsigned at)
{
	return at < ROWS ? rows[at].told : (struct site_setting){0};
}

struct site_settings
site_settings_default(void)
{
	struct site_settings s = {0};

	for (size_t i = 0; i < ROWS; i++)
		set(&s, &rows[i], rows[i].fallback);
	return s;
}

enum err_code
site_settings_patch(struct site_settings *s, json_t *o, const char *base,
    struct problem_field *field)
{
	struct site_settings changed = *s;
	struct patch p = {&changed, base, field};

	if (read_members(&p, "", o) != 0 || check_pairs(&p) != 0)
		return ERR_FIELD;
	*s = changed;
	return ERR_NONE;
}

static json_t *
value_json(const struct site_settings *s, const struct row *r)
{
	double value = get(s, r);

	switch (r->kind) {
	case CHOICE:
		return json_string(value != 0 ? r->yes : r->no);
	case BOOLEAN:
		return json_boolean(value != 0);
	case SHARE:
		return isnan(value) ? json_null() : json_real(value);
	case WHOLE:
		return value < 0 ? json_null()
				 : json_integer((json_int_t)value);
	}
	return NULL;
}

static bool
is_default(const struct site_settings *s, const struct row *r)
{
	double value = get(s, r);

	return value == r->fallback || (isnan(value) && isnan(r->fallback));
}

json_t *
site_settings_json(
    const struct site_settings *s, enum site_settings_which which)
{
	json_t *o = json_object();

	for (size_t i = 0; i < ROWS; i++) {
		if (which == SETTINGS_SET && is_default(s, &rows[i]))
			continue;
		if (json_put_at(o, rows[i].told.pointer,
			value_json(s, &rows[i])) != 0) {
			json_decref(o);
			return NULL;
		}
	}
	return o;
}
