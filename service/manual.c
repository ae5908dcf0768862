#include "manual.h"

#include <string.h>

#include "command/command.h"
#include "command/command_request.h"
#include "edge/config/config.h"
#include "edge/format/mdoc.h"
#include "edge/known/site_settings.h"

static const struct {
	const char *name, *is;
} files[] = {
    {"moderato.db", "the store: comments, decisions, sites, keys, people. "
		    "With its log, moderato.db-wal, while it is used; "
		    "copied by backup only."},
    {"secret", "what pseudonyms are made with: to be kept elsewhere, too."},
    {"moderatod.sock", "where operators are answered: whoever may open it is "
		       "one."},
    {"retrain.log", "what the trainer said when it was last started."},
};

static void
write_commands(FILE *out, const struct program *p)
{
	mdoc_section(out, "COMMANDS");
	mdoc_list(out);
	for (const struct command *c = p->commands; c->name != NULL; c++) {
		mdoc_item(out, c->name, c->run == NULL ? "VERB" : NULL);
		mdoc_text(out, c->help);
	}
	mdoc_list_end(out);
}

static void
write_site_settings(FILE *out)
{
	char flag[REQUEST_FLAG_BYTES];
	struct site_setting s;

	for (unsigned i = 0; (s = site_settings_row(i)).pointer != NULL; i++) {
		command_request_flag(s.pointer, flag);
		mdoc_flag(out, flag, "VALUE");
		mdoc_text(out, s.help);
	}
}

static void
write_order(FILE *out, const struct order *o)
{
	const struct order_field *f = o->fields;
	char words[64];

	snprintf(words, sizeof(words), "%s %s", o->noun, o->verb);
	mdoc_item(out, words, o->argument);
	mdoc_text(out, o->help);
	if ((f == NULL || f->flag == NULL) && o->settings == NULL)
		return;
	mdoc_list(out);
	for (; f != NULL && f->flag != NULL; f++) {
		mdoc_flag(out, f->flag, "VALUE");
		mdoc_text(out, f->help);
	}
	if (o->settings != NULL)
		write_site_settings(out);
	mdoc_list_end(out);
}

static void
write_orders(FILE *out, const char *noun)
{
	mdoc_list(out);
	for (const struct order *o = orders; o->noun != NULL; o++)
		if (strcmp(o->noun, noun) == 0)
			write_order(out, o);
	mdoc_list_end(out);
}

static void
write_details(FILE *out, const struct program *p)
{
	char title[64];

	for (const struct command *c = p->commands; c->name != NULL; c++) {
		if (c->run != NULL && c->more == NULL)
			continue;
		snprintf(title, sizeof(title), "moderatod %s", c->name);
		mdoc_part(out, title);
		if (c->run == NULL)
			write_orders(out, c->name);
		else
			mdoc_said(out, c->more);
	}
}

static void
write_examples(FILE *out, const struct program *p)
{
	mdoc_section(out, "EXAMPLES");
	mdoc_literal(out, p->examples);
	for (const struct order *o = orders; o->noun != NULL; o++)
		if (o->example != NULL)
			mdoc_literal(out, o->example);
}

void
manual_print(FILE *out, const struct program *p)
{
	mdoc_begin(out, "MODERATOD", 8, "moderatod", p->does);
	mdoc_text(out, p->about);
	mdoc_paragraph(out);
	mdoc_text(out, p->signals);
	write_commands(out, p);
	write_details(out, p);
	mdoc_section(out, "SETTINGS");
	mdoc_text(out, p->settings);
	mdoc_list(out);
	config_manual(out);
	mdoc_list_end(out);
	mdoc_section(out, "FILES");
	mdoc_text(out, "In the folder of --var:");
	mdoc_list(out);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		mdoc_file(out, files[i].name);
		mdoc_text(out, files[i].is);
	}
	mdoc_list_end(out);
	mdoc_section(out, "EXIT STATUS");
	mdoc_text(out, p->exits);
	write_examples(out, p);
	mdoc_see(out, "moderato-train", 1);
}
