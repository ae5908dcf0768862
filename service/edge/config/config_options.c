#include "config_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../format/mdoc.h"
#include "../hook/webhook_url.h"
#include "../http/forwarded.h"
#include "../http/http_address.h"
#include "../known/credential.h"
#include "../state/state.h"
#include "config.h"

#define AT(member) offsetof(struct config, member)

enum { HELP_BREAKS_AT = 44 }; /* else a line is too long with its default */

static const char *const levels[] = {"debug", "info", "warn", "error", NULL};
static const char *const promotes[] = {"never", "better", NULL};
static const char *const formats[] = {"auto", "json", "text", NULL};

const struct option_row config_options[] = {
    {.name = "config",
	.offset = AT(config),
	.expected = "a path",
	.help = "file of lines `key = value`, keys as these flags"},
    {.name = "listen",
	.kind = OPTION_ADDRESS,
	.offset = AT(listen),
	.fallback = "127.0.0.1:8080",
	.expected = "an address such as 127.0.0.1:8080",
	.help = "address of the API"},
    {.name = "listen-admin",
	.kind = OPTION_ADDRESS,
	.offset = AT(listen_admin),
	.fallback = "127.0.0.1:8081",
	.expected = "an address such as 127.0.0.1:8081",
	.help = "address of the moderators' page, /metrics; the same API"},
    {.name = "admin-hosts",
	.offset = AT(admin_hosts),
	.expected = "host names with commas",
	.help = "names of it in the public DNS, for /metrics"},
    {.name = "var",
	.offset = AT(var),
	.fallback = "var",
	.expected = "a folder",
	.help = "folder of store and secrets, mode 0700"},
    {.name = "state",
	.kind = OPTION_STATE,
	.offset = AT(state),
	.fallback = "memory",
	.expected = "memory, memory:N of 10 to 28, redis://host:port/db or "
		    "redis+unix:/path",
	.help = "where counts live; memory:N, redis://…?counters=N: 2^N at "
		"most"},
    {.name = "store",
	.kind = OPTION_STORE,
	.offset = AT(store),
	.expected = "sqlite:/path",
	.help = "where comments live (default: moderato.db in var)"},
    {.name = "model",
	.reloads = true,
	.offset = AT(model),
	.fallback = "models/default",
	.expected = "a folder",
	.help = "folder of the model"},
    {.name = "first-key",
	.kind = OPTION_KEY,
	.offset = AT(first_key),
	.secret = true,
	.expected = CREDENTIAL_EXPECTED,
	.help = "API key of the first site (default: random, shown once)"},
    {.name = "threads",
	.kind = OPTION_NUMBER,
	.offset = AT(threads),
	.fallback = "0",
	.most = 64,
	.expected = "0 to 64",
	.help = "threads that serve the API; 0: one a processor, 8 at most"},
    {.name = "connections",
	.kind = OPTION_NUMBER,
	.offset = AT(connections),
	.fallback = "12000",
	.least = 1,
	.most = 100000,
	.expected = "1 to 100000",
	.help = "connections, shared by the threads; beyond, the idlest make "
		"room"},
    {.name = "connections-per-ip",
	.kind = OPTION_NUMBER,
	.offset = AT(connections_per_ip),
	.fallback = "0",
	.most = 100000,
	.expected = "0 to 100000",
	.help = "connections per address and thread; 0: no limit, as with "
		"trusted-proxies"},
    {.name = "idle-seconds",
	.kind = OPTION_NUMBER,
	.offset = AT(idle_s),
	.fallback = "15",
	.least = 1,
	.most = 3600,
	.expected = "1 to 3600",
	.help = "a silent connection is closed after this"},
    {.name = "head-seconds",
	.kind = OPTION_NUMBER,
	.offset = AT(head_s),
	.fallback = "10",
	.least = 1,
	.most = 3600,
	.expected = "1 to 3600",
	.help = "the headers of a request must be there after this"},
    {.name = "request-seconds",
	.kind = OPTION_NUMBER,
	.offset = AT(request_s),
	.fallback = "30",
	.least = 1,
	.most = 3600,
	.expected = "1 to 3600",
	.help = "a request must be whole after this"},
    {.name = "drain-seconds",
	.reloads = true,
	.kind = OPTION_NUMBER,
	.offset = AT(drain_s),
	.fallback = "8",
	.least = 1,
	.most = 3600,
	.expected = "1 to 3600",
	.help = "at the end, requests under way may take this long"},
    {.name = "body-bytes",
	.kind = OPTION_NUMBER,
	.offset = AT(body_bytes),
	.fallback = "131072",
	.least = 1024,
	.most = 1 << 20,
	.expected = "1024 to 1048576",
	.help = "the largest request"},
    {.name = "batch-bytes",
	.kind = OPTION_NUMBER,
	.offset = AT(batch_bytes),
	.fallback = "1048576",
	.least = 1024,
	.most = 16 << 20,
	.expected = "1024 to 16777216",
	.help = "the largest batch"},
    {.name = "limit-author",
	.reloads = true,
	.kind = OPTION_NUMBER,
	.offset = AT(limit_author),
	.fallback = "30",
	.most = 1000000,
	.expected = "0 to 1000000",
	.help = "comments per author before all are held, in this hour of "
		"the clock\n      and the one before; 0: no limit"},
    {.name = "limit-ip",
	.reloads = true,
	.kind = OPTION_NUMBER,
	.offset = AT(limit_ip),
	.fallback = "60",
	.most = 1000000,
	.expected = "0 to 1000000",
	.help = "comments per IP, likewise; 0: no limit"},
    {.name = "flood",
	.reloads = true,
	.kind = OPTION_NUMBER,
	.offset = AT(flood),
	.fallback = "10",
	.most = 1000,
	.expected = "0 to 1000",
	.help = "beyond so many times one of these all are refused (429); 0: "
		"never"},
    {.name = "limit-key",
	.reloads = true,
	.kind = OPTION_NUMBER,
	.offset = AT(limit_key),
	.fallback = "6000",
	.most = 10000000,
	.expected = "0 to 10000000",
	.help = "requests per API key and minute; 0: no limit"},
    {.name = "limit-wrong-keys",
	.reloads = true,
	.kind = OPTION_NUMBER,
	.offset = AT(limit_wrong_keys),
	.fallback = "30",
	.most = 1000000,
	.expected = "0 to 1000000",
	.help = "wrong API keys per address and minute; 0: no limit"},
    {.name = "limit-sign-ins",
	.reloads = true,
	.kind = OPTION_NUMBER,
	.offset = AT(limit_sign_ins),
	.fallback = "30",
	.most = 1000000,
	.expected = "0 to 1000000",
	.help = "attempts to sign in per name and 15 minutes; 0: no limit"},
    {.name = "trusted-proxies",
	.kind = OPTION_PROXIES,
	.offset = AT(trusted_proxies),
	.expected = "a list such as 10.0.0.0/8,2001:db8::7",
	.help = "proxies whose X-Forwarded-For and Forwarded are believed"},
    {.name = "retrain-after",
	.kind = OPTION_NUMBER,
	.offset = AT(retrain_after),
	.fallback = "0",
	.most = 1000000,
	.expected = "0 to 1000000",
	.help = "decisions until a new model is proposed; 0: never"},
    {.name = "retrain-corpora",
	.offset = AT(retrain_corpora),
	.expected = "a folder",
	.help =
	    "it learns from *.jsonl and *.jsonl.gz there, not from --model"},
    {.name = "retrain-promote",
	.kind = OPTION_CHOICE,
	.offset = AT(retrain_promote),
	.fallback = "never",
	.choices = promotes,
	.expected = "never or better",
	.help = "whether a proposal that is better is put in use unasked"},
    {.name = "webhook-hosts",
	.kind = OPTION_HOSTS,
	.offset = AT(webhook_hosts),
	.expected = "host names with commas, such as blog.example,10.0.0.7",
	.help = "webhooks may lead there with http and private addresses"},
    {.name = "webhook-ca-file",
	.offset = AT(webhook_ca_file),
	.expected = "a path",
	.help = "certificates that webhooks trust beside the system's"},
    {.name = "webhook-seconds",
	.kind = OPTION_NUMBER,
	.offset = AT(webhook_s),
	.fallback = "10",
	.least = 1,
	.most = 25,
	.expected = "1 to 25",
	.help = "a webhook must have answered after this"},
    {.name = "ui-dir",
	.offset = AT(ui_dir),
	.expected = "a folder",
	.help = "moderators' page from there, for who works on it"},
    {.name = "log-level",
	.kind = OPTION_CHOICE,
	.offset = AT(log_level),
	.fallback = "info",
	.choices = levels,
	.expected = "debug, info, warn or error",
	.help = "the least important lines to log"},
    {.name = "log-format",
	.kind = OPTION_CHOICE,
	.offset = AT(log_format),
	.fallback = "auto",
	.choices = formats,
	.expected = "auto, json or text",
	.help = "auto: text on a terminal, else JSON"},
    {.name = NULL},
};

_Static_assert(
    sizeof(config_options) / sizeof(config_options[0]) <= CONFIG_OPTIONS_MAX,
    "struct config_source has a place for every option");

size_t
config_option_find(struct span name)
{
	for (size_t i = 0; config_options[i].name != NULL; i++)
		if (span_equal(name, span_of(config_options[i].name)))
			return i;
	return CONFIG_OPTIONS_MAX;
}

static bool
number_misfit(const struct option_row *o, const char *value)
{
	char *end;
	long long n;

	errno = 0;
	n = strtoll(value, &end, 10);
	return errno != 0 || end == value || *end != '\0' || n < o->least ||
	       n > o->most;
}

static bool
choice_misfit(const struct option_row *o, const char *value)
{
	for (size_t i = 0; o->choices[i] != NULL; i++)
		if (strcmp(o->choices[i], value) == 0)
			return false;
	return true;
}

static bool
store_misfit(const char *value)
{
	static const char scheme[] = "sqlite:";
	size_t n = sizeof(scheme) - 1;

	return strncmp(value, scheme, n) != 0 || value[n] == '\0';
}

const char *
config_option_shown(const struct option_row *o, const char *value)
{
	/* an @ ends the password in a URI */
	return o->secret || strchr(value, '@') != NULL ? "(hidden)" : value;
}

bool
config_option_misfit(const struct option_row *o, const char *value)
{
	struct http_address address;
	struct forwarded_proxies proxies;
	struct err ignored;

	if (*value == '\0')
		return true;
	switch (o->kind) {
	case OPTION_NUMBER:
		return number_misfit(o, value);
	case OPTION_CHOICE:
		return choice_misfit(o, value);
	case OPTION_ADDRESS:
		return http_address_read(value, &address, &ignored) != 0;
	case OPTION_STATE:
		return state_uri_check(value, &ignored) != 0;
	case OPTION_STORE:
		return store_misfit(value);
	case OPTION_KEY:
		return credential_misfit(value);
	case OPTION_PROXIES:
		return forwarded_read_proxies(&proxies, value, &ignored) != 0;
	case OPTION_HOSTS:
		return webhook_hosts_misfit(value);
	case OPTION_TEXT:
		break;
	}
	return false;
}

void
config_option_variable(const struct option_row *o, char *out, size_t size)
{
	size_t n = (size_t)snprintf(out, size, "MODERATO_%s", o->name);

	for (size_t i = 0; i < n && i < size - 1; i++) {
		if (out[i] >= 'a' && out[i] <= 'z')
			out[i] = (char)(out[i] - 'a' + 'A');
		if (out[i] == '-')
			out[i] = '_';
	}
}

void
config_help(FILE *out)
{
	char variable[64];

	for (size_t i = 0; config_options[i].name != NULL; i++) {
		const struct option_row *o = &config_options[i];

		config_option_variable(o, variable, sizeof(variable));
		fprintf(out, "  --%s VALUE\n      %s\n", o->name, o->help);
		fprintf(out, "      %s;%s%s%s%s\n", o->expected,
		    strlen(o->expected) + strlen(variable) > HELP_BREAKS_AT
			? "\n      "
			: " ",
		    variable, o->fallback == NULL ? "" : "; default ",
		    o->fallback == NULL ? "" : o->fallback);
	}
}

void
config_manual(FILE *out)
{
	char variable[64], text[512];

	for (const struct option_row *o = config_options; o->name != NULL;
	     o++) {
		config_option_variable(o, variable, sizeof(variable));
		mdoc_flag(out, o->name, "VALUE");
		snprintf(text, sizeof(text), "%s: %s; %s%s%s", o->help,
		    o->expected, variable,
		    o->fallback == NULL ? "" : "; default ",
		    o->fallback == NULL ? "" : o->fallback);
		mdoc_text(out, text);
	}
}
