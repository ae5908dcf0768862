#include "perspective_json.h"

#include <math.h>
#include <stdio.h>

#include "../../core/utf8.h"
#include "../check/comment_json.h"
#include "../format/json.h"
#include "../format/json_out.h"

/* A score can be suggested for a head that the model in use lacks. */
#define ALL_HEADS ((1u << MODEL_HEADS) - 1)

enum { NAME_SHOWN_BYTES = 64, TAG_BYTES_MAX = 35 /* BCP 47 section 4.4.1 */ };

/* The languages are those that models/default was trained on: see its card. */
static const struct {
	const char *name;
	const char *languages[8];
} attributes[MODEL_HEADS] = {
    [HEAD_SPAM] = {"SPAM", {"en", "id", "ru"}},
    [HEAD_ABUSE] = {"TOXICITY", {"de", "en", "ko", "pt", "zh"}},
};

/* Members of the request that need no more than their type. */
static const struct {
	const char *name;
	enum { BOOLEAN, STRING } kind;
} members[] = {
    {"doNotStore", BOOLEAN},
    {"spanAnnotations", BOOLEAN},
    {"clientToken", STRING},
    {"sessionId", STRING},
    {"communityId", STRING},
};
enum { MEMBERS = sizeof(members) / sizeof(members[0]) };

static int
misfit(struct perspective_error *e, const char *field, const char *expected)
{
	perspective_error_set(e, PERSPECTIVE_FIELD,
	    "Invalid value at '%s': expected %s", field, expected);
	snprintf(e->field, sizeof(e->field), "%s", field);
	return -1;
}

static int
too_long(struct perspective_error *e)
{
	return perspective_error_set(
	    e, PERSPECTIVE_LONG, "Comment text too long.");
}

/* null says the same as leaving the member out. */
static json_t *
get(json_t *o, const char *name)
{
	json_t *v = json_object_get(o, name);

	return json_is_null(v) ? NULL : v;
}

/* Copies the string `v`, NULL being empty: 0, or -1: the arena is full. */
static int
copy(struct span *out, const json_t *v, struct arena *a)
{
	*out = (struct span){NULL, 0};
	if (v == NULL)
		return 0;
	*out = arena_copy(a, json_text(v));
	return out->p == NULL ? -1 : 0;
}

static int
read_members(struct perspective_request *q, json_t *body, struct arena *a,
    struct perspective_error *e)
{
	for (size_t i = 0; i < MEMBERS; i++) {
		json_t *v = get(body, members[i].name);

		if (v == NULL)
			continue;
		if (members[i].kind == BOOLEAN && !json_is_boolean(v))
			return misfit(e, members[i].name, "true or false");
		if (members[i].kind == STRING && !json_is_string(v))
			return misfit(e, members[i].name, "a string");
	}
	q->comment.test = json_is_true(get(body, "doNotStore"));
	return copy(&q->token, get(body, "clientToken"), a) == 0 ? 0
								 : too_long(e);
}

static int
read_comment(struct perspective_request *q, json_t *comment, struct arena *a,
    struct perspective_error *e)
{
	json_t *text = get(comment, "text"), *type = get(comment, "type");
	const char *name = json_string_value(type);

	if (comment != NULL && !json_is_object(comment))
		return misfit(e, "comment", "an object");
	if (text != NULL && !json_is_string(text))
		return misfit(e, "comment.text", "a string");
	if (type != NULL && name == NULL)
		return misfit(e, "comment.type", "a string");
	if (json_string_length(text) == 0)
		return perspective_error_set(
		    e, PERSPECTIVE_EMPTY, "Comment must be non-empty.");
	if (json_string_length(text) > CONTENT_BYTES_MAX)
		return too_long(e);
	if (name != NULL && strcmp(name, "HTML") == 0)
		q->comment.format = FORMAT_HTML;
	else if (name != NULL && strcmp(name, "PLAIN_TEXT") != 0 &&
		 strcmp(name, "TEXT_TYPE_UNSPECIFIED") != 0)
		return misfit(e, "comment.type", "PLAIN_TEXT or HTML");
	return copy(&q->comment.content, text, a) == 0 ? 0 : too_long(e);
}

static int
read_languages(struct perspective_request *q, json_t *list, struct arena *a,
    struct perspective_error *e)
{
	size_t n = json_array_size(list);

	if (list != NULL && !json_is_array(list))
		return misfit(e, "languages", "an array of strings");
	q->languages = arena_array(a, n, sizeof(*q->languages));
	if (q->languages == NULL)
		return too_long(e);
	for (size_t i = 0; i < n; i++) {
		json_t *tag = json_array_get(list, i);

		if (json_string_length(tag) == 0 ||
		    json_string_length(tag) > TAG_BYTES_MAX)
			return misfit(e, "languages", "BCP 47 language tags");
		if (copy(&q->languages[i], tag, a) != 0)
			return too_long(e);
	}
	q->n_languages = n;
	return 0;
}

/* Compares the primary subtag: "en" stands for "EN" and "en-GB" as well. */
static bool
speaks(enum model_head_id head, struct span tag)
{
	const char *dash = memchr(tag.p, '-', tag.n);
	size_t n = dash != NULL ? (size_t)(dash - tag.p) : tag.n;

	for (const char *const *l = attributes[head].languages; *l != NULL; l++)
		if (span_is((struct span){tag.p, n}, *l))
			return true;
	return false;
}

static int
check_languages(const struct perspective_request *q, enum model_head_id head,
    struct perspective_error *e)
{
	for (size_t i = 0; i < q->n_languages; i++) {
		if (speaks(head, q->languages[i]))
			continue;
		perspective_error_set(e, PERSPECTIVE_LANGUAGE,
		    "Attribute %s does not support request languages: %s",
		    attributes[head].name, q->languages[i].p);
		e->attribute = attributes[head].name;
		e->languages = q->languages;
		e->n_languages = q->n_languages;
		return -1;
	}
	return 0;
}

/* The head behind an attribute; MODEL_HEADS: there is none. */
static int
head_behind(const char *attribute, unsigned heads)
{
	int h = 0;

	while (h < MODEL_HEADS && strcmp(attributes[h].name, attribute) != 0)
		h++;
	return h < MODEL_HEADS && (heads & 1u << h) != 0 ? h : MODEL_HEADS;
}

static int
refuse_attribute(
    struct perspective_error *e, const char *member, const char *name)
{
	struct span shown = utf8_prefix(span_of(name), NAME_SHOWN_BYTES);

	perspective_error_set(e, PERSPECTIVE_FIELD,
	    "Attribute %.*s is not supported: no model stands behind it",
	    (int)shown.n, shown.p);
	snprintf(e->field, sizeof(e->field), "%s.%.*s", member, (int)shown.n,
	    shown.p);
	return -1;
}

static int
read_attribute(struct perspective_request *q, enum model_head_id head,
    json_t *how, struct perspective_error *e)
{
	json_t *type = get(how, "scoreType"), *least;
	const char *name = json_string_value(type);

	if (!json_is_object(how) && !json_is_null(how))
		return misfit(e, "requestedAttributes", "objects in it");
	if (type != NULL && (name == NULL || strcmp(name, "PROBABILITY") != 0))
		return misfit(
		    e, "requestedAttributes.scoreType", "PROBABILITY");
	least = get(how, "scoreThreshold");
	if (least != NULL && !json_is_number(least))
		return misfit(
		    e, "requestedAttributes.scoreThreshold", "a number");
	q->heads[head].asked = true;
	q->heads[head].value = json_number_value(least);
	return check_languages(q, head, e);
}

static int
read_attributes(struct perspective_request *q, json_t *asked, unsigned heads,
    struct perspective_error *e)
{
	const char *name;
	json_t *how;

	if (json_object_size(asked) == 0)
		return misfit(e, "requestedAttributes",
		    "an object of one attribute or more");
	json_object_foreach(asked, name, how)
	{
		int head = head_behind(name, heads);

		if (head == MODEL_HEADS)
			return refuse_attribute(e, "requestedAttributes", name);
		if (read_attribute(q, (enum model_head_id)head, how, e) != 0)
			return -1;
	}
	return 0;
}

/* Of the members of both, all but the attributes. */
static int
read_common(struct perspective_request *q, json_t *body, struct arena *a,
    struct perspective_error *e)
{
	*q = (struct perspective_request){.comment = {.fill_ms = -1}};
	if (!json_is_object(body))
		return perspective_error_set(e, PERSPECTIVE_JSON,
		    "Invalid JSON payload received: expected an object");
	if (read_members(q, body, a, e) != 0 ||
	    read_comment(q, get(body, "comment"), a, e) != 0)
		return -1;
	return read_languages(q, get(body, "languages"), a, e);
}

int
perspective_read(struct perspective_request *q, json_t *body, unsigned heads,
    struct arena *a, struct perspective_error *e)
{
	if (read_common(q, body, a, e) != 0)
		return -1;
	return read_attributes(q, get(body, "requestedAttributes"), heads, e);
}

/* The `value` of a score, NAN when it is none. */
static double
value_of(json_t *score)
{
	json_t *value = get(score, "value");

	return json_is_number(value) ? json_number_value(value) : NAN;
}

/* What is suggested for the whole text: else for the worst part of it. */
static double
suggested(json_t *scores)
{
	json_t *whole = get(scores, "summaryScore"), *part;
	double worst = NAN, value;
	size_t i;

	if (whole != NULL)
		return value_of(whole);
	json_array_foreach(get(scores, "spanScores"), i, part)
	{
		value = value_of(get(part, "score"));
		if (isnan(value))
			return NAN;
		worst = fmax(worst, value); /* of NAN and a number, that */
	}
	return worst;
}

int
perspective_read_suggestion(struct perspective_request *q, json_t *body,
    struct arena *a, struct perspective_error *e)
{
	json_t *all, *scores;
	const char *name;

	if (read_common(q, body, a, e) != 0)
		return -1;
	all = get(body, "attributeScores");
	if (json_object_size(all) == 0)
		return misfit(
		    e, "attributeScores", "an object of one attribute or more");
	json_object_foreach(all, name, scores)
	{
		int head = head_behind(name, ALL_HEADS);
		double value = suggested(scores);

		if (head == MODEL_HEADS)
			return refuse_attribute(e, "attributeScores", name);
		if (!(value >= 0 && value <= 1))
			return misfit(e, "attributeScores",
			    "in each a summaryScore with a value from 0 to 1");
		q->heads[head].asked = true;
		q->heads[head].value = value;
	}
	return 0;
}

static int64_t
utf16_units(struct span text)
{
	int64_t units = 0;
	uint32_t cp;
	bool bad;

	for (size_t at = 0; at<text.n; units += cp> 0xFFFF ? 2 : 1)
		at += utf8_read(text, at, &cp, &bad);
	return units;
}

static void
put_score(struct json_out *o, const char *key, double score)
{
	json_out_open(o, key, '{');
	json_out_real(o, "value", score);
	json_out_text(o, "type", span_of("PROBABILITY"));
	json_out_close(o, '}');
}

static void
put_attribute(
    struct json_out *o, const char *name, double score, struct span text)
{
	json_out_open(o, name, '{');
	json_out_open(o, "spanScores", '[');
	json_out_open(o, NULL, '{');
	json_out_integer(o, "begin", 0);
	json_out_integer(o, "end", utf16_units(text));
	put_score(o, "score", score);
	json_out_close(o, '}');
	json_out_close(o, ']');
	put_score(o, "summaryScore", score);
	json_out_close(o, '}');
}

/* A head may have gone, with the model, since the request was read. */
static bool
is_answered(const struct perspective_request *q, int head, double score)
{
	return q->heads[head].asked && score >= 0 &&
	       score >= q->heads[head].value;
}

/* The rest of an answer: the languages, under the name they have there. */
static struct span
end(struct json_out *o, const struct perspective_request *q,
    const char *languages)
{
	if (q->n_languages > 0) {
		json_out_open(o, languages, '[');
		for (size_t i = 0; i < q->n_languages; i++)
			json_out_text(o, NULL, q->languages[i]);
		json_out_close(o, ']');
	}
	if (q->token.n > 0)
		json_out_text(o, "clientToken", q->token);
	json_out_close(o, '}');
	return json_out_end(o);
}

struct span
perspective_write(const struct perspective_request *q,
    const double scores[MODEL_HEADS], struct arena *a)
{
	struct json_out o;

	json_out_begin(&o, a);
	json_out_open(&o, NULL, '{');
	json_out_open(&o, "attributeScores", '{');
	for (int h = 0; h < MODEL_HEADS; h++)
		if (is_answered(q, h, scores[h]))
			put_attribute(&o, attributes[h].name, scores[h],
			    q->comment.content);
	json_out_close(&o, '}');
	return end(&o, q, "languages");
}

struct span
perspective_write_suggestion(
    const struct perspective_request *q, struct arena *a)
{
	struct json_out o;

	json_out_begin(&o, a);
	json_out_open(&o, NULL, '{');
	return end(&o, q, "requestedLanguages");
}
