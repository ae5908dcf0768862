#include <jansson.h>
#include <stdio.h>
#include <time.h>

#include "corpus.h"

/* Only what is there: a key left out is a thing not said. */
static void
put_text(json_t *o, const char *key, struct span s)
{
	if (s.n != 0)
		json_object_set_new(o, key, json_stringn(s.p, s.n));
}

static void
put_time(json_t *o, int64_t at_ms)
{
	char text[32];
	struct tm tm;
	time_t seconds = at_ms / 1000;
	if (at_ms == 0)
		return;
	gmtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	json_object_set_new(o, "time", json_string(text));
}

static void
put_label(json_t *o, enum label l)
{
	const char *name = label_name(l);
	json_object_set_new(
	    o, "label", name != NULL ? json_string(name) : json_null());
}

void
corpus_write(FILE *to, const struct row *row)
{
	const struct comment *c = &row->comment;
	json_t *o = json_object();
	put_text(o, "id", c->id);
	/* the one that readers want, even of a comment that has none */
	json_object_set_new(o, "text",
	    json_stringn(c->content.n != 0 ? c->content.p : "", c->content.n));
	put_label(o, row->label);
	put_text(o, "author", c->author.name);
	put_text(o, "author_id", c->author.id);
	put_text(o, "email", c->author.email);
	put_text(o, "url", c->author.url);
	put_text(o, "ip", c->author.ip);
	put_text(o, "user_agent", c->author.user_agent);
	put_time(o, c->created_at_ms);
	put_text(o, "thread", c->thread);
	put_text(o, "type", c->type);
	if (c->format == FORMAT_HTML)
		json_object_set_new(o, "format", json_string("html"));
	if (c->fill_ms >= 0)
		json_object_set_new(o, "fill_ms", json_integer(c->fill_ms));
	put_text(o, "honeypot", c->honeypot);
	if (row->approved > 0)
		json_object_set_new(o, "approved", json_integer(row->approved));
	put_text(o, "lang", row->lang);
	put_text(o, "source", row->source);
	put_text(o, "paper_split", row->paper_split);
	if (row->fold >= 0)
		json_object_set_new(o, "fold", json_integer(row->fold));
	json_dumpf(o, to, JSON_COMPACT);
	putc('\n', to);
	json_decref(o);
}
