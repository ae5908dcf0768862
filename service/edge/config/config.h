/*
 * The settings: one table of options feeds flags, environment, file, help,
 * `config show` and the check at start. Flag before environment before file
 * before default. Knows who set what, not what it is for.
 */
#ifndef EDGE_CONFIG_H
#define EDGE_CONFIG_H

#include <stdint.h>
#include <stdio.h>

#include "../process/err.h"

/* Every setting, by its flag's name. Strings live as long as the config. */
struct config {
	const char *config; /* the file; NULL: none */
	const char *listen, *listen_admin;
	const char *admin_hosts; /* NULL: no other names */
	const char *var;
	const char *state;
	const char *store; /* never NULL: the default depends on var */
	const char *model;
	const char *first_key; /* NULL: make a random one */
	const char *ui_dir;    /* NULL: the page as it was built */
	const char *log_level, *log_format;
	const char *webhook_hosts;   /* NULL: none */
	const char *webhook_ca_file; /* NULL: the system's alone */
	int64_t webhook_s;           /* a delivery may take this long */
	int64_t threads; /* API loops; 0: one a processor, 8 at most */
	int64_t connections, connections_per_ip;
	int64_t idle_s, head_s, request_s, drain_s;
	int64_t body_bytes, batch_bytes;
	int64_t limit_author, limit_ip, flood;
	int64_t limit_key, limit_wrong_keys, limit_sign_ins;
	const char *trusted_proxies; /* NULL: none */
	int64_t retrain_after;       /* decisions; 0: never */
	const char *retrain_corpora; /* a folder; NULL: none */
	const char *retrain_promote; /* "never" or "better" */
};

struct config_source;

/*
 * Reads flags (argv after the command's name), environment and the file that
 * --config names into `c`. What it returns owns the strings of `c`; NULL:
 * one line in `e` names key, value and what was expected.
 */
struct config_source *config_read(
    struct config *c, int argc, char **argv, struct err *e);
void config_free(struct config_source *s);

/*
 * Calls `each` with the name of every setting that differs and that only a
 * restart puts in use.
 */
void config_each_stale(const struct config_source *running,
    const struct config_source *wanted, void (*each)(const char *name));

/* Writes every setting, its value and where it came from. */
void config_show(const struct config_source *s, FILE *out);

/* Writes the options for --help, and as items of a manual's list. */
void config_help(FILE *out);
void config_manual(FILE *out);

#endif
