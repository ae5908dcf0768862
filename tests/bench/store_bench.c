/*
 * Records a second through the store's group commit, and what they cost:
 *
 *   store_bench FILE IN_FLIGHT RECORDS [TEXTS]
 *
 * FILE is made if it is not there. Each record is one as the service writes
 * it of a comment: about two kilobytes, a put of its own, told when on disk.
 * With TEXTS, a comment a line, these are what is written, in turns, and what
 * comments are found by is made and waited for: a record's whole life.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../../service/core/drift.h"
#include "../../service/edge/process/secrets.h"
#include "../../service/edge/review/facets.h"
#include "../../service/edge/store/store_admin.h"
#include "../../service/edge/store/store_queue.h"
#include "../dice.h"

enum {
	IN_FLIGHT_MAX = 1024,
	ID_BYTES = 24,
	TEXT_BYTES = 90,
	AUTHORS = 20000,
	THREADS = 1000,
	HELD_EVERY = 3, /* as of the texts that run sends */
	TEXTS_MAX = 1 << 20,
	ARENA_BYTES = 16 << 20,
	FOLLOW_UP_US = 20000,
};

/* As long as they are in the mean of real comments; digits are drawn. */
static const char verdict[] =
    "{\"id\":\"01M8ZZZZZZZZZZZZZZZZZZZZZZ\",\"action\":\"publish\",\"scores\":"
    "{\"spam\":0.012345678901234567,\"abuse\":0.023456789012345678},\"head\":"
    "\"abuse\",\"margin\":-1.234567891,\"bias\":-0.123456789,\"reasons\":["
#define REASON                                                                 \
	"{\"code\":\"text\",\"weight\":-0.345678901,\"text\":\"words like "    \
	"these "                                                               \
	"are typical of good comments\",\"field\":\"content\",\"start\":0,"    \
	"\"end\":24,\"quote\":\"thank you for this piece\"},"
    REASON REASON REASON REASON REASON REASON REASON
    "{\"code\":\"length\",\"weight\":"
    "-0.123456789,\"text\":\"good comments often have this length\"},{\"code\":"
    "\"other\",\"weight\":0.098765432,\"text\":\"smaller reasons taken together"
    "\"}],\"model\":\"default@2026-11-26\",\"degraded\":[],\"limits\":null}";

static const char quoted[] = "thank you for this piece";

struct flight {
	struct store_put put;
	struct record record;
	struct drift_sample drift;
	char engine_id[ID_BYTES], author[ID_BYTES], thread[2 * ID_BYTES];
	char pseudonyms[2][PSEUDONYM_BYTES];
	char verdict[sizeof(verdict)], text[TEXT_BYTES];
};

static struct flight flights[IN_FLIGHT_MAX];
static struct store *store;
static struct loop *loop;
static int64_t site;
static uint64_t begun, finished, failed, wanted;
static struct span texts[TEXTS_MAX]; /* what is written, in turns */
static uint64_t n_texts;
static char newest[STORE_ID_BYTES + 1]; /* id of what was put last */
static _Atomic uint64_t syncs;
static const struct comment_keys keys = {.author = "authors of it"};

static const char basis[] =
    "{\"model\":\"0123456789abcdef\",\"counts\":{\"thread\":[12,-1]},"
    "\"fill_ms\":23456,\"email\":true}";

static void start(struct flight *f);

/* SQLite's goes through here. */
int
fdatasync(int fd)
{
	syncs++;
	return (int)syscall(SYS_fdatasync, fd);
}

/* Letters by `alphabet` for each of the `n` bytes; 16 of it. */
static void
draw(char *out, size_t n, const char *alphabet)
{
	uint64_t dots = 0;

	for (size_t i = 0; i < n; i++, dots >>= 4) {
		if (i % 16 == 0)
			dots = roll_any();
		out[i] = alphabet[dots & 15];
	}
}

/* What no two comments have in common, so that it is not compressed. */
static void
vary(struct flight *f)
{
	char digits[sizeof(verdict)], quote[sizeof(quoted) - 1];

	memcpy(f->verdict, verdict, sizeof(verdict));
	draw(digits, sizeof(digits), "0123456789012345");
	for (size_t i = 0; i < sizeof(verdict); i++)
		if (verdict[i] >= '0' && verdict[i] <= '9')
			f->verdict[i] = digits[i];
	for (char *at = f->verdict; (at = strstr(at, quoted)) != NULL;) {
		draw(quote, sizeof(quote), "etaoin shrdlu cm");
		at = mempcpy(at, quote, sizeof(quote));
	}
	draw((char *)f->pseudonyms, sizeof(f->pseudonyms), "0123456789abcdef");
	draw(f->text, sizeof(f->text), "etaoin shrdlu cm");
}

static void
done(struct store_put *p)
{
	finished++;
	failed += p->result != STORE_DONE;
	if (begun < wanted)
		start((struct flight *)p);
}

/* Some are held, as the review queue is a part of the cost. */
static void
fill(struct flight *f)
{
	int64_t now_ms = clock_unix_ms();

	snprintf(f->engine_id, sizeof(f->engine_id), "c-%llu",
	    (unsigned long long)begun);
	snprintf(f->author, sizeof(f->author), "u-%llu",
	    (unsigned long long)roll(AUTHORS));
	snprintf(f->thread, sizeof(f->thread), "https://blog.example/p/%llu",
	    (unsigned long long)roll(THREADS));
	vary(f);
	f->drift = (struct drift_sample){.model = 1};
	f->record = (struct record){
	    .site = site,
	    .received_at_ms = now_ms,
	    .engine_id = span_of(f->engine_id),
	    .thread = span_of(f->thread),
	    .type = span_of("comment"),
	    .author_id = span_of(f->author),
	    .author_name = span_of("a reader"),
	    .author_email = {f->pseudonyms[0], PSEUDONYM_BYTES},
	    .author_ip = {f->pseudonyms[1], PSEUDONYM_BYTES},
	    .author_net = span_of("192.0.2.0/24"),
	    .content = n_texts > 0 ? texts[begun % n_texts]
				   : (struct span){f->text, TEXT_BYTES},
	    .fingerprint = roll_any(),
	    .action = span_of(begun % HELD_EVERY == 0 ? "hold" : "publish"),
	    .head = span_of("abuse"),
	    .score = (double)roll(1000) / 1000,
	    .verdict = {f->verdict, sizeof(verdict) - 1},
	    .basis = span_of(basis),
	    .drift = &f->drift,
	};
	secrets_ulid(now_ms, f->record.id);
	memcpy(newest, f->record.id, sizeof(newest));
}

static void
start(struct flight *f)
{
	fill(f);
	begun++;
	f->put = (struct store_put){
	    .records = &f->record, .n = 1, .loop = loop, .done = done};
	store_put(store, &f->put);
}

/* Reads a comment a line of `path`. 0 or -1. */
static int
read_texts(const char *path)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	if (f == NULL)
		return -1;
	while (n_texts < TEXTS_MAX && (n = getline(&line, &room, f)) > 0) {
		texts[n_texts++] = (struct span){line, (size_t)n - 1};
		line = NULL;
		room = 0;
	}
	free(line);
	fclose(f);
	return n_texts > 0 ? 0 : -1;
}

static double
cpu_us(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static void
run(int in_flight)
{
	int64_t begin_us = clock_monotonic_us();
	double cpu = cpu_us(), seconds;

	syncs = 0;

	for (int i = 0; i < in_flight; i++)
		start(&flights[i]);
	while (finished < begun)
		loop_turn(loop, 100);
	seconds = (double)(clock_monotonic_us() - begin_us) / 1e6;
	printf("%d in flight: %.0f records/s, %.0f syncs/s, %.2f us of CPU "
	       "each, %llu failed\n",
	    in_flight, (double)finished / seconds, (double)syncs / seconds,
	    (cpu_us() - cpu) / (double)finished, (unsigned long long)failed);
}

/* Whether all that was written is found by what it can be found by: comments
 * are made ready for that in their order. */
static bool
is_all_found(struct store_reader *r)
{
	struct queue_aside aside = {0};
	struct err ignored;

	return store_get_aside(r, (struct store_ref){site, span_of(newest)},
		   &aside, &ignored) == 0 &&
	       aside.cluster != 0;
}

/* Has all that was written sorted in and described, and waits for that. */
static int
follow_up(struct err *e)
{
	int64_t begin_us = clock_monotonic_us();
	struct store_describer d = {.describe = facets_describe, .arg = &keys};
	struct store_reader *r = store_reader_open(store, e);
	double cpu = cpu_us();

	if (r == NULL)
		return -1;
	arena_init(&d.arena, malloc(ARENA_BYTES), ARENA_BYTES);
	store_describe_by(store, &d);
	while (!is_all_found(r))
		usleep(FOLLOW_UP_US);
	printf("afterwards: %.0f records/s, %.2f us of CPU each\n",
	    (double)finished * 1e6 / (double)(clock_monotonic_us() - begin_us),
	    (cpu_us() - cpu) / (double)finished);
	store_reader_close(r);
	return 0;
}

static int
open_all(const char *path, struct err *e)
{
	struct store_change add = {.kind = CHANGE_ADD_SITE,
	    .site = {.name = "bench.example", .created_at_ms = 1}};
	char uri[256];

	snprintf(uri, sizeof(uri), "sqlite:%s", path);
	if (secrets_init(e) != 0 || (loop = loop_open(e)) == NULL ||
	    (store = store_open(uri, e)) == NULL ||
	    store_change(store, &add, 1, e) != 0)
		return -1;
	site = add.id;
	return 0;
}

int
main(int argc, char **argv)
{
	struct err e = {.text = "store_bench FILE IN_FLIGHT RECORDS [TEXTS]"};
	long in_flight = argc >= 4 ? strtol(argv[2], NULL, 10) : 0;
	bool whole = argc == 5;

	wanted = argc >= 4 ? strtoul(argv[3], NULL, 10) : 0;
	if (in_flight < 1 || in_flight > IN_FLIGHT_MAX ||
	    wanted < (uint64_t)in_flight ||
	    (whole && read_texts(argv[4]) != 0) || open_all(argv[1], &e) != 0) {
		fprintf(stderr, "%s\n", e.text);
		return 1;
	}
	run((int)in_flight);
	if (whole && follow_up(&e) != 0)
		fprintf(stderr, "%s\n", e.text);
	store_close(store);
	loop_close(loop);
	return failed > 0;
}
